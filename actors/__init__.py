"""The council: who decides what, by stage of the flow."""
