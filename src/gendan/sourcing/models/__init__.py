"""Tables of the sourcing room: approved sources and prices, suppliers' profiles, scores."""

from gendan.sourcing.models.profile import Qualification, SupplierClosing, SupplierContract
from gendan.sourcing.models.scores import BuyingAssumptions, ScoreWeights, ServiceScore
from gendan.sourcing.models.sources import Source, SourcePrice

__all__ = [
    "BuyingAssumptions",
    "Qualification",
    "ScoreWeights",
    "ServiceScore",
    "Source",
    "SourcePrice",
    "SupplierClosing",
    "SupplierContract",
]
