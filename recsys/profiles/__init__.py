"""What a viewer is interested in, from what they did."""

from recsys.profiles.interest import EVENT_WEIGHT, Touch, ViewerProfile, touch_weight

__all__ = ["EVENT_WEIGHT", "Touch", "ViewerProfile", "touch_weight"]
