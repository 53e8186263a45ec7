"""Volcano Engine: VKE, made of `volcenginecc` resources and of `volcengine` where that lacks one.

What surprised us, with dates, is in the README beside this file.
"""
