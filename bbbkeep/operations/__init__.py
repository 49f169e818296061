"""What a command or a flow asks for, chunk by chunk: rooms put to work in order."""
