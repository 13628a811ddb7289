"""Charts as pure functions of a contest and a palette; fields are named c0, c1, ... so that no name breaks a mark."""
