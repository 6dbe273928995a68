"""What every stage shares: arithmetic, products with weights, cores and buffers."""
