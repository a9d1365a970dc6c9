"""Customer orders: lines, checks, promises kept, holds, versions."""
