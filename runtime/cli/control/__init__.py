"""Commands by which a person decides and checks: freeze, thaw, approve, deny, held, dead, audit."""
