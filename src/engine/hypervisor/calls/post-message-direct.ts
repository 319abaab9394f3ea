import { bytesField, padding, struct, u8, u32, u64Field } from '../../kernel/layout.ts';
import { defineCall } from '../defs/call.ts';
import { targetSource } from '../defs/direct.ts';
import { tlfsCall } from '../defs/source.ts';
import { HvStatus } from '../defs/status.ts';
import { message } from '../defs/synic.ts';

const payloadMaxBytes = 240;

/** Sends a whole message, header included, to a processor without a port. */
export const postMessageDirect = defineCall({
  code: 0x00c1,
  name: 'HvCallPostMessageDirect',
  aka: ['HVCALL_POST_MESSAGE_DIRECT', 'HvPostMessageDirect'],
  doc: 'Sends a whole message to a processor of the caller or a child, without port or connection.',
  caller: 'parent or root',
  source: tlfsCall('HvCallPostMessageDirect'),
  statuses: {
    ACCESS_DENIED: 'The partition is neither the caller nor a child of it.',
    INVALID_PARTITION_ID: 'No partition has this id.',
    INVALID_PARTITION_STATE: 'The partition is not active.',
    INVALID_VP_INDEX: 'The partition has no such processor.',
    INVALID_PARAMETER:
      'The source is not 0 to 15, the level not on, the message empty or its payload too long.',
    INVALID_SYNIC_STATE: 'The SynIC or its message page is off.',
    INSUFFICIENT_BUFFERS: 'Sixteen messages for the source wait already.',
  },
  input: struct(
    'HV_INPUT_POST_MESSAGE_DIRECT',
    {
      PartitionId: u64Field('Partition; all ones means the caller itself.'),
      VpIndex: u32('Processor that receives.'),
      Vtl: u8('Trust level that receives.'),
      Padding0: padding(3),
      SintIndex: u8('Source that receives, 0 to 15.'),
      Padding1: padding(3),
      Message: bytesField(message.sizeBytes, 'The message as the receiver will find it.'),
      Padding2: padding(4),
    },
    { aka: ['hv_input_post_message_direct', 'PostMessageDirect'] },
  ),
  handle({ PartitionId, VpIndex, Vtl, SintIndex, Message }, ports) {
    const target = { id: PartitionId, vp: VpIndex, vtl: Vtl, sint: SintIndex };
    const vp = targetSource(target, ports);
    if (typeof vp === 'number') return vp;
    const bytes = new DataView(Message.buffer, Message.byteOffset, Message.byteLength);
    const { MessageType, PayloadSize, Port, Payload } = message.view(bytes, 0);
    const isWhole = MessageType !== 0 && PayloadSize <= payloadMaxBytes;
    if (!isWhole) return HvStatus.INVALID_PARAMETER;
    return ports.synic.postDirect(vp, SintIndex, {
      messageType: MessageType,
      payload: Payload.subarray(0, PayloadSize),
      origin: Port.lo,
    });
  },
});
