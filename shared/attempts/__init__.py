"""What signed-in people tried and were refused, for the log: at most one event per person, operation and hour, with how
often it was. The first attempt is told at once, those of the hour after it together, when that hour is over.

A person and an operation have one row, so that whoever tries as fast as they can fills nothing. Only refusals write.
"""
