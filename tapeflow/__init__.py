"""tapeflow"""
