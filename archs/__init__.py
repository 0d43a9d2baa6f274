"""Published architectures, one `.arch` file a system."""
