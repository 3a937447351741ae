"""The table of PDUs: complete, and right where a slip would be hardest to see."""

from smpp.consts import RESPONSE, CommandId
from smpp.layout import LAYOUTS, CString, Layout, Octet

NO_RESPONSE = {CommandId.OUTBIND, CommandId.ALERT_NOTIFICATION}


def names(command: int) -> list[str]:
    return [field.name for field in LAYOUTS[command].fields]


def sizes(command: int) -> dict[str, int]:
    return {field.name: field.size for field in LAYOUTS[command].fields if isinstance(field, CString)}


def test_every_command_has_a_layout() -> None:
    assert set(LAYOUTS) == set(CommandId)


def test_every_request_has_its_response() -> None:
    requests = {command for command in LAYOUTS if not command & RESPONSE}
    assert {command for command in requests if command | RESPONSE not in LAYOUTS} == NO_RESPONSE


def test_submit_sm_is_in_the_order_of_section_4_4_1() -> None:
    assert names(CommandId.SUBMIT_SM) == [
        "service_type",
        "source_addr_ton",
        "source_addr_npi",
        "source_addr",
        "dest_addr_ton",
        "dest_addr_npi",
        "destination_addr",
        "esm_class",
        "protocol_id",
        "priority_flag",
        "schedule_delivery_time",
        "validity_period",
        "registered_delivery",
        "replace_if_present_flag",
        "data_coding",
        "sm_default_msg_id",
        "short_message",
    ]
    assert LAYOUTS[CommandId.DELIVER_SM] == LAYOUTS[CommandId.SUBMIT_SM]


def test_sizes_count_the_nul() -> None:
    assert sizes(CommandId.SUBMIT_SM) == {
        "service_type": 6,
        "source_addr": 21,
        "destination_addr": 21,
        "schedule_delivery_time": 17,
        "validity_period": 17,
    }
    assert sizes(CommandId.DATA_SM) == {"service_type": 6, "source_addr": 65, "destination_addr": 65}
    assert sizes(CommandId.ALERT_NOTIFICATION) == {"source_addr": 65, "esme_addr": 65}
    assert sizes(CommandId.BIND_TRANSCEIVER) == {
        "system_id": 16,
        "password": 9,
        "system_type": 13,
        "address_range": 41,
    }
    assert sizes(CommandId.QUERY_SM) == {"message_id": 65, "source_addr": 21}
    assert sizes(CommandId.QUERY_SM_RESP) == {"message_id": 65, "final_date": 17}
    assert sizes(CommandId.BROADCAST_SM) == {
        "service_type": 6,
        "source_addr": 21,
        "message_id": 65,
        "schedule_delivery_time": 17,
        "validity_period": 17,
    }


def test_orders_that_differ_from_their_neighbours() -> None:
    assert names(CommandId.CANCEL_SM)[:2] == ["service_type", "message_id"]
    assert names(CommandId.REPLACE_SM) == [
        "message_id",
        "source_addr_ton",
        "source_addr_npi",
        "source_addr",
        "schedule_delivery_time",
        "validity_period",
        "registered_delivery",
        "sm_default_msg_id",
        "short_message",
    ]
    assert names(CommandId.SUBMIT_MULTI)[3:5] == ["source_addr", "destinations"]
    assert names(CommandId.DATA_SM)[-3:] == ["esm_class", "registered_delivery", "data_coding"]


def test_the_pdus_without_a_body() -> None:
    assert {command for command, layout in LAYOUTS.items() if layout == Layout()} == {
        CommandId.UNBIND,
        CommandId.UNBIND_RESP,
        CommandId.GENERIC_NACK,
        CommandId.ENQUIRE_LINK,
        CommandId.ENQUIRE_LINK_RESP,
        CommandId.CANCEL_SM_RESP,
        CommandId.REPLACE_SM_RESP,
        CommandId.CANCEL_BROADCAST_SM_RESP,
    }


def test_no_field_stands_twice_in_a_pdu() -> None:
    assert [command for command in LAYOUTS if len(set(names(command))) != len(names(command))] == []


def test_lenient_strings_are_the_last_field_of_responses() -> None:
    lenient = {
        (command, at - len(layout.fields))
        for command, layout in LAYOUTS.items()
        for at, field in enumerate(layout.fields)
        if isinstance(field, CString) and field.lenient
    }
    assert {at for _, at in lenient} == {-1}
    assert all(command & RESPONSE for command, _ in lenient)


def test_octets_are_named_once_each() -> None:
    assert Octet("esm_class") in LAYOUTS[CommandId.SUBMIT_SM].fields
