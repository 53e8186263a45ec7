"""Alibaba Cloud: ACK, made of `alicloud` resources.

What surprised us, with dates, is in the README beside this file.
"""
