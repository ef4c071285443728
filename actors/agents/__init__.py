"""The five agents: who delegates, who looks up, who builds, who judges, who watches over the others."""
