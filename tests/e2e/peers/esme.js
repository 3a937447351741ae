// node-smpp as an ESME, told what to do by JSON lines on stdin; answers and deliveries are JSON lines on stdout.
// It must not know about the edge: what to send comes from the test, how it is composed is node-smpp's.
'use strict';

const readline = require('readline');
const smpp = require('smpp');

const UNITS = { ASCII: 153, LATIN1: 134, UCS2: 67 }; // characters of a part behind a six-octet header
const SAME_IN_IA5 = /^[\n\r !"#%-?A-Za-z]*$/;
const sessions = {};
let reference = 0;

const say = (line) => process.stdout.write(JSON.stringify(line) + '\n');

function part(message) {
  const header = (message.udh || []).find((element) => element[0] === 0 && element[1] === 3);
  return header ? [header[2], header[3], header[4]] : null;
}

function delivered(session, pdu) {
  const message = pdu.short_message.message.length ? pdu.short_message : pdu.message_payload || pdu.short_message;
  say({
    event: 'deliver',
    source: pdu.source_addr,
    destination: pdu.destination_addr,
    text: message.message.toString(),
    esm_class: pdu.esm_class,
    data_coding: pdu.data_coding,
    receipted_id: pdu.receipted_message_id || '',
    state: pdu.message_state || 0,
    part: part(message),
  });
  session.send(pdu.response());
}

function bind({ id, mode, port, system_id, password }) {
  const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` }, () => {
    session['bind_' + mode]({ system_id, password }, (pdu) => {
      sessions[mode] = session;
      say({ id, status: pdu.command_status, smsc: pdu.system_id });
    });
  });
  session.on('deliver_sm', (pdu) => delivered(session, pdu));
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('error', (error) => say({ event: 'error', text: String(error) }));
}

function split(text) {
  const size = UNITS[smpp.encodings.detect(text)];
  const pieces = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  return pieces;
}

function bodies(text, form) {
  if (form === 'plain') return [{ short_message: text }];
  if (form === 'payload') return [{ message_payload: { message: text } }];
  reference += 1;
  const pieces = split(text);
  return pieces.map((piece, index) => {
    if (form === 'udh') {
      return { short_message: { udh: Buffer.from([5, 0, 3, reference, pieces.length, index + 1]), message: piece } };
    }
    return {
      short_message: piece,
      sar_msg_ref_num: reference,
      sar_total_segments: pieces.length,
      sar_segment_seqnum: index + 1,
    };
  });
}

function submit({ id, message }) {
  const session = sessions.transmitter || sessions.transceiver;
  const parts = bodies(message.text, message.form);
  const answers = new Array(parts.length);
  let missing = parts.length;
  parts.forEach((body, index) => {
    const fields = {
      source_addr_ton: 1,
      source_addr_npi: 1,
      source_addr: message.source,
      dest_addr_ton: message.destination.length < 6 ? 0 : 1,
      dest_addr_npi: 1,
      destination_addr: message.destination,
      registered_delivery: message.receipt ? 1 : 0,
      ...body,
    };
    // Left to itself node-smpp calls GSM octets IA5 (data_coding 1): right only where both alphabets agree.
    if (smpp.encodings.detect(message.text) === 'ASCII' && !SAME_IN_IA5.test(message.text)) fields.data_coding = 0;
    session.submit_sm(fields, (pdu) => {
      answers[index] = { status: pdu.command_status, id: pdu.message_id || '' };
      missing -= 1;
      if (!missing) say({ id, answers });
    });
  });
}

function unbind({ id }) {
  const statuses = [];
  const open = Object.values(sessions);
  let missing = open.length;
  open.forEach((session) => {
    session.on('close', () => {
      missing -= 1;
      if (!missing) say({ id, statuses });
    });
    session.unbind((pdu) => statuses.push(pdu.command_status));
  });
}

const verbs = { bind, submit, unbind };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  verbs[order.verb](order);
}).on('close', () => process.exit(0));
