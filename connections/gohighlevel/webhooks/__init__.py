"""The webhooks of GoHighLevel: who may send, what is kept, what it becomes."""
