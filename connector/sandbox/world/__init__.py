"""The world at ReturnGO: shops, returns, parcels, money, and what can happen to them."""
