"""What runs on the far side: the template and the children it forks; standard library only."""
