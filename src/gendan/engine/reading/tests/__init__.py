"""Tests of the document reader."""
