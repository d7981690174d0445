"""
Where places are: countries, zones, and the regions of the shop's own.
"""

from __future__ import annotations

from attrs import frozen

from ocstate.checkout.facts import PlaceFact, PlaceQuestion
from ocstate.checkout.values.people import Address
from ocstate.demo.host_file.document import Document, Settings


@frozen
class Place:
    """
    What decides about taxes and methods.
    """

    country_id: int
    zone_id: int


def place_of(address: Address | None) -> Place | None:
    """
    Return where an address lies, None where there is none.
    """
    return None if address is None else Place(address.country_id, address.zone_id)


def shop_place(settings: Settings) -> Place:
    """
    Return where the shop is.
    """
    return Place(settings.country_id, settings.zone_id)


def is_inside(document: Document, geo_zone_id: int, place: Place | None) -> bool:
    """
    Tell whether *place* lies in a region; one that does not exist holds nothing.
    """
    region = document.geo_zones.get(geo_zone_id)
    if region is None or place is None:
        return False
    zones = region.members.get(place.country_id, ())
    return zones == "all" or place.zone_id in zones


def place_fact(document: Document, question: PlaceQuestion) -> PlaceFact:
    """
    Answer whether a country and a zone exist, and how they are written.
    """
    country = document.countries.get(question.country_id)
    if country is None or not country.status:
        return PlaceFact(country_known=False)
    zone = country.zones.get(question.zone_id)
    known = zone is not None and zone.status
    return PlaceFact(
        country_known=True,
        zone_known=known,
        has_zones=any(each.status for each in country.zones.values()),
        postcode_required=country.postcode_required,
        country=country.name,
        iso_code_2=country.iso_code_2,
        iso_code_3=country.iso_code_3,
        address_format=country.address_format,
        zone=zone.name if zone and known else "",
        zone_code=zone.code if zone and known else "",
    )
