"""Floor 9: the interactive screen: a pure state with its transitions, and in `app` a thin program that draws it."""
