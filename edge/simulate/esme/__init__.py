"""A customer's side of SMPP: `Client` is one bind without opinions, `Esme` the same with futures, for tests."""

from edge.simulate.esme.client import Binding, BindRefused, Client
from edge.simulate.esme.esme import Answer, Esme, Received

__all__ = ["Answer", "BindRefused", "Binding", "Client", "Esme", "Received"]
