"""The REST interface of GoHighLevel: requests, limits, lists."""
