"""GoHighLevel, both ways: reading contacts, stages, consults and money by its REST
interface, and writing changes of ours back."""
