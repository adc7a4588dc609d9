"""What programs ask that watch the site: /health/live, /health/ready and /metrics."""
