"""Tell citizens by e-mail what they asked to be told: whom, what, in which order, and never twice."""
