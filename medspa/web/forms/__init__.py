"""Forms: fields of amounts and moments, inputs, and what a refused form had."""
