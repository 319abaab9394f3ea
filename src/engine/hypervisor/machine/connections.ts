/**
 * Ports and connections: how they come and go, and who may make them.
 *
 * A port belongs to the receiver, a connection to the sender; one leads to the other, and neither
 * is of use alone. Source: TLFS, Inter-Partition Communication, "Ports and Connections"; the rules
 * of each status are in TLFS 2.0A, clause 14.9.
 */

import { hypervisorFacts } from '../../facts/hypervisor.ts';
import { assert } from '../../kernel/result.ts';
import type { ConnectionRequest, PortRequest } from '../defs/connections.ts';
import { hvEvents } from '../defs/events.ts';
import {
  anyVp,
  type Connection,
  type Machine,
  type Partition,
  type Port,
  portKinds,
} from '../defs/model.ts';
import { sintSources } from '../defs/msrs.ts';
import { HvStatus, type HvStatusCode } from '../defs/status.ts';
import { emit } from './emit.ts';
import { returnPages, takePages } from './pools.ts';
import { discardMessages } from './synic.ts';

const { kind } = hvEvents;

/** Ids have 24 bits. */
const idMax = 0xff_ffff;
const eventFlags = hypervisorFacts.eventFlags.value;
/** Source 0 belongs to the hypervisor. */
const isGuestSint = (sint: number): boolean => sint >= 1 && sint < sintSources;

/** Tells whether a port can be made, in the order of the specification's table. */
function checkPort(owner: Partition, request: PortRequest): HvStatusCode {
  const { id, targetVp, targetSint, flagsBase, flagsTotal } = request;
  if (id > idMax || owner.ports.has(id)) return HvStatus.INVALID_PORT_ID;
  if (request.kind === 'monitor') return HvStatus.SUCCESS;
  if (targetVp !== anyVp && !owner.vps.has(targetVp)) return HvStatus.INVALID_VP_INDEX;
  if (!isGuestSint(targetSint)) return HvStatus.INVALID_PARAMETER;
  if (request.kind !== 'event') return HvStatus.SUCCESS;
  const isInRange = flagsTotal > 0 && flagsBase + flagsTotal <= eventFlags;
  return isInRange ? HvStatus.SUCCESS : HvStatus.INVALID_PARAMETER;
}

/** Opens a port of `owner`. */
export function createPort(machine: Machine, owner: Partition, request: PortRequest): HvStatusCode {
  const refused = checkPort(owner, request);
  if (refused !== HvStatus.SUCCESS) return refused;
  const { value: pages } = hypervisorFacts.portPages;
  if (!takePages(machine, owner, pages)) return HvStatus.INSUFFICIENT_MEMORY;
  openPort(machine, owner, request, pages);
  return HvStatus.SUCCESS;
}

/** Adds a port that is known to be right and holds `pages` of the pool. */
export function openPort(
  machine: Machine,
  owner: Partition,
  request: PortRequest,
  pages: number,
): Port {
  assert(!owner.ports.has(request.id), `port ${request.id} exists`);
  assert(request.id >= 0 && request.id <= idMax, 'a port id has 24 bits');
  assert(
    request.kind === 'monitor' || isGuestSint(request.targetSint),
    'source 0 is not for ports',
  );
  const lastFlag = request.flagsBase + request.flagsTotal;
  assert(request.kind !== 'event' || lastFlag <= eventFlags, 'the flags of a port exist');
  const port: Port = {
    ...request,
    owner,
    buffersFree: hypervisorFacts.messageBuffers.value,
    deleted: false,
    connected: false,
    posts: 0,
    pages,
  };
  owner.ports.set(port.id, port);
  emit(machine, kind.portCreated, owner.id, port.id, portKinds.indexOf(port.kind));
  return port;
}

/** Closes a port: its buffers go, with whatever waits in them; its connection becomes useless. */
export function deletePort(machine: Machine, owner: Partition, id: number): HvStatusCode {
  const port = owner.ports.get(id);
  if (port === undefined) return HvStatus.INVALID_PORT_ID;
  assert(port.owner === owner && !port.deleted, 'a partition lists the ports that it owns');
  for (const vp of owner.vps.values()) discardMessages(vp, (queued) => queued.port === port);
  port.deleted = true;
  owner.ports.delete(id);
  returnPages(machine, owner, port.pages);
  emit(machine, kind.portDeleted, owner.id, id, 0);
  return HvStatus.SUCCESS;
}

/** Connects `sender` to a port of `owner`. */
export function connectPort(
  machine: Machine,
  sender: Partition,
  owner: Partition,
  request: ConnectionRequest,
): HvStatusCode {
  const { id, portId } = request;
  if (id > idMax || sender.connections.has(id)) return HvStatus.INVALID_CONNECTION_ID;
  const port = owner.ports.get(portId);
  if (port === undefined || port.connected) return HvStatus.INVALID_PORT_ID;
  if (port.sender !== undefined && port.sender !== sender) return HvStatus.INVALID_PARTITION_ID;
  if (port.kind !== request.kind) return HvStatus.INVALID_PARAMETER;
  if (request.vtl < port.minConnectionVtl) return HvStatus.ACCESS_DENIED;
  const { value: pages } = hypervisorFacts.connectionPages;
  if (!takePages(machine, sender, pages)) return HvStatus.INSUFFICIENT_MEMORY;
  const { vtl, trigger } = request;
  openConnection(machine, sender, { id, port, vtl, trigger, pages });
  return HvStatus.SUCCESS;
}

/** Adds a connection that is known to be right. */
export function openConnection(machine: Machine, sender: Partition, connection: Connection): void {
  const { id, port } = connection;
  assert(!sender.connections.has(id), `connection ${id} exists`);
  assert(!port.deleted, 'no connection leads to a deleted port');
  assert(!port.connected, 'a port has one connection at most');
  sender.connections.set(id, connection);
  port.connected = true;
  emit(machine, kind.portConnected, sender.id, id, port.id);
}

/** Breaks a connection; messages that were accepted still arrive. */
export function disconnectPort(
  machine: Machine,
  sender: Partition,
  id: number,
  isDoorbell: boolean,
): HvStatusCode {
  const connection = sender.connections.get(id);
  if (connection === undefined || (connection.port.kind === 'doorbell') !== isDoorbell) {
    return HvStatus.INVALID_CONNECTION_ID;
  }
  assert(connection.port.connected, 'a connection ends once');
  sender.connections.delete(id);
  connection.port.connected = false;
  returnPages(machine, sender, connection.pages);
  emit(machine, kind.portDisconnected, sender.id, id, 0);
  return HvStatus.SUCCESS;
}
