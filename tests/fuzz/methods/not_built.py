"""The methods of the contract that are not built: each with a request whose fields are right, as the check of fields comes first.

They must answer NOT_IMPLEMENTED. One that gets built fails the test until its call moves to valid_calls.py.
"""

CALLS = {
}
