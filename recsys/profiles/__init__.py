"""What a viewer is interested in, from what they did; what an item is, from what it is sold by."""

from recsys.profiles.interest import EVENT_WEIGHT, Touch, ViewerProfile, touch_weight
from recsys.profiles.items import ItemProfiles
from recsys.profiles.packed import BadPortrait, pack, unpack
from recsys.profiles.portrait import Act, Portrait
from recsys.profiles.told import Rfm, rfm, told

__all__ = [
    "EVENT_WEIGHT",
    "Act",
    "BadPortrait",
    "ItemProfiles",
    "Portrait",
    "Rfm",
    "Touch",
    "ViewerProfile",
    "pack",
    "rfm",
    "told",
    "touch_weight",
    "unpack",
]
