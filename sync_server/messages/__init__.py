"""What people and other systems are told: written with what it tells, sent later."""
