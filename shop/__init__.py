"""The system of record: catalogue, viewers, events, orders, FAQ, coupons, live rooms."""
