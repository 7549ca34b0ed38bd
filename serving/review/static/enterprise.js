// What is folded away and not said elsewhere is printed all the same.
"use strict";
const folded = new Set();
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details[data-print]:not([open])")) {
    folded.add(one);
    one.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const one of folded) one.open = false;
  folded.clear();
});
