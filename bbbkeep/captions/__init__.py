"""Caption files in, clean WebVTT out."""
