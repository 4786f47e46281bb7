"""What the keys do, by area. Each area hands out its handlers by action id; none waits for anything."""
