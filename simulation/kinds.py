"""Kinds of business: what an enterprise does decides its industry, its size and its supervision sectors.

The shares are project decisions that give believable proportions of the twenty sectors.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Kind:
    """One kind of business.

    `share` is its weight among all enterprises; `industries` are GB/T 4754-2017 codes that it may carry;
    `sectors` the probability that such an enterprise belongs to each sector; `capital` the typical registered
    capital in yuan; `riskier` how far its log-odds lie from the average of its sectors.
    """

    name: str
    share: float
    industries: tuple[str, ...]
    capital: float
    riskier: float = 0.0
    sectors: dict[str, float] = field(default_factory=dict)


KINDS: tuple[Kind, ...] = (
    Kind("restaurant", 21.0, ("H6210", "H6220", "H6291"), 3e5, 0.25,
         {"food_operation": 1.0, "price": 0.10, "consumer_rights": 0.12, "special_equipment": 0.02,
          "enforcement": 0.03, "boilers": 0.004}),
    Kind("grocery", 14.0, ("F5211", "F5212", "F5229"), 2e5, 0.0,
         {"food_operation": 1.0, "special_food": 0.20, "cosmetics": 0.22, "metrology": 0.25, "price": 0.2,
          "consumer_rights": 0.08, "enforcement": 0.02}),
    Kind("canteen", 3.0, ("H6242", "P8321", "Q8411"), 8e5, -0.2,
         {"food_operation": 1.0, "boilers": 0.03, "special_equipment": 0.10}),
    Kind("pharmacy", 5.5, ("F5251", "F5151"), 5e5, -0.1,
         {"drugs": 1.0, "medical_devices": 0.85, "special_food": 0.5, "cosmetics": 0.25, "price": 0.2}),
    Kind("clinic", 2.0, ("Q8425", "Q8411"), 1e6, 0.1,
         {"drugs": 0.6, "medical_devices": 1.0, "price": 0.3, "advertising": 0.15}),
    Kind("device_dealer", 1.5, ("F5154", "F5254"), 2e6, -0.1, {"medical_devices": 1.0, "online_trading": 0.1}),
    Kind("beauty", 4.0, ("O8051", "O8053"), 1e5, 0.3,
         {"cosmetics": 1.0, "consumer_rights": 0.3, "advertising": 0.12, "medical_devices": 0.08}),
    Kind("food_maker", 3.2, ("C1411", "C1421", "C1499", "C1352"), 2e6, 0.0,
         {"food_production": 1.0, "product_quality": 0.15, "standards": 0.15, "special_equipment": 0.2,
          "boilers": 0.05, "special_food": 0.03, "metrology": 0.2}),
    Kind("pickle_maker", 0.3, ("C1371",), 1e6, 0.2,
         {"food_production": 1.0, "pickled_vegetables": 1.0, "standards": 0.1, "boilers": 0.1}),
    Kind("toy_and_plastic_maker", 5.0, ("C2451", "C2929", "C2927"), 3e6, 0.1,
         {"product_quality": 1.0, "special_equipment": 0.3, "standards": 0.18, "intellectual_property": 0.1,
          "online_trading": 0.1, "certification": 0.03, "enforcement": 0.04}),
    Kind("garment_maker", 4.0, ("C1811", "C1819", "C1830"), 2e6, -0.1,
         {"product_quality": 1.0, "standards": 0.08, "boilers": 0.02, "online_trading": 0.15}),
    Kind("machine_maker", 2.5, ("C3560", "C3829", "C3872"), 5e6, -0.2,
         {"product_quality": 1.0, "special_equipment": 0.4, "standards": 0.2, "certification": 0.06,
          "metrology": 0.2}),
    Kind("shop", 8.0, ("F5231", "F5274", "F5283"), 3e5, 0.1,
         {"product_quality": 0.5, "consumer_rights": 0.45, "price": 0.25, "intellectual_property": 0.1,
          "online_trading": 0.2, "enforcement": 0.06}),
    Kind("online_shop", 6.0, ("F5292", "I6422"), 2e5, 0.2,
         {"online_trading": 1.0, "consumer_rights": 0.4, "advertising": 0.1, "cosmetics": 0.1,
          "food_operation": 0.12, "enforcement": 0.04}),
    Kind("hotel", 1.5, ("H6110", "H6121"), 2e6, 0.0,
         {"price": 1.0, "special_equipment": 0.7, "food_operation": 0.5, "consumer_rights": 0.3,
          "boilers": 0.02}),
    Kind("property_manager", 2.5, ("K7020",), 1e6, 0.1, {"special_equipment": 1.0, "price": 0.5}),
    Kind("fuel_station", 0.6, ("F5265",), 3e6, -0.2, {"metrology": 1.0, "price": 0.5, "product_quality": 0.8}),
    Kind("market", 0.6, ("L7212",), 2e6, 0.2, {"metrology": 1.0, "food_operation": 0.8, "price": 0.6}),
    Kind("advertiser", 2.5, ("L7251", "L7259"), 5e5, 0.0, {"advertising": 1.0, "intellectual_property": 0.03}),
    Kind("agency", 1.2, ("L7520", "L7299"), 5e5, 0.0, {"intellectual_property": 1.0}),
    Kind("laboratory", 0.2, ("M7452",), 5e6, 0.0, {"inspection_testing": 1.0, "metrology": 0.3}),
    Kind("wholesaler", 5.5, ("F5122", "F5137", "F5193"), 3e6, 0.0,
         {"food_operation": 0.5, "product_quality": 0.5, "intellectual_property": 0.08, "enforcement": 0.06,
          "online_trading": 0.06}),
    Kind("office_service", 4.5, ("L7249", "M7491", "I6510"), 1e6, 0.0,
         {"intellectual_property": 0.25, "consumer_rights": 0.3, "enforcement": 0.06}),
)  # fmt: skip
"""Every kind of business."""
