import { bytesField, reserved, struct, u32 } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';

const payloadMaxBytes = 240;

/** Sends up to 240 bytes through a connection; they arrive in a message slot of the receiver. */
export const postMessage = defineCall({
  code: 0x005c,
  name: 'HvCallPostMessage',
  aka: ['HVCALL_POST_MESSAGE', 'HvPostMessage'],
  doc: 'Sends a message of up to 240 bytes through a connection.',
  caller: 'any',
  privilege: 'PostMessages',
  source: tlfsCall('HvCallPostMessage'),
  statuses: {
    ACCESS_DENIED: 'The caller lacks PostMessages.',
    INVALID_CONNECTION_ID: 'The caller has no connection with this id.',
    INVALID_PORT_ID:
      'The port was deleted, its partition is not active, or it is not a message port.',
    INVALID_PARAMETER:
      'The type is 0 or has its top bit set, or the payload is longer than 240 bytes.',
    INSUFFICIENT_BUFFERS: 'All buffers of the port hold messages that wait.',
    INVALID_VP_INDEX: 'The port names a virtual processor that does not exist.',
    INVALID_SYNIC_STATE: 'The SynIC of the receiver or its message page is off.',
  },
  input: struct(
    'HV_INPUT_POST_MESSAGE',
    {
      ConnectionId: u32('Connection of the caller.'),
      Reserved: reserved(4),
      MessageType: u32('Any type that the two ends agree on; 0 and the top bit are not allowed.'),
      PayloadSize: u32('Bytes of payload that count, 0 to 240.'),
      Message: bytesField(payloadMaxBytes, 'Payload.'),
    },
    { aka: ['PostMessage', 'hv_input_post_message'] },
  ),
  structure: ({ PayloadSize }) =>
    PayloadSize > payloadMaxBytes ? HvStatus.INVALID_PARAMETER : HvStatus.SUCCESS,
  handle({ ConnectionId, MessageType, PayloadSize, Message }, ports) {
    const isReservedType = MessageType === 0 || MessageType >= 0x8000_0000;
    if (isReservedType) return HvStatus.INVALID_PARAMETER;
    return ports.synic.post(ConnectionId, MessageType, Message.subarray(0, PayloadSize));
  },
});
