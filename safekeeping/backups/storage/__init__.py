"""What a destination holds, and how it is compressed, encrypted and signed."""
