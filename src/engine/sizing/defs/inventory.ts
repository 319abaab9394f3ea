/** What an administrator has and wants: machines, one host model, a policy. */

/** Virtual machines that are alike. */
export interface VmGroup {
  readonly name: string;
  readonly machineCount: number;
  readonly virtualProcessors: number;
  readonly memoryMiB: number;
  readonly iops: number;
  readonly networkMbps: number;
  readonly diskGB: number;
  readonly generation: 1 | 2;
  /** No two machines with the same word may share a host. */
  readonly antiAffinity: string | undefined;
}

/** One model of host. */
export interface HostModel {
  readonly name: string;
  readonly cores: number;
  readonly threadsPerCore: number;
  readonly memoryMiB: number;
  readonly numaNodes: number;
  /** Undefined where the host sets no limit worth counting. */
  readonly iops: number | undefined;
  readonly networkMbps: number | undefined;
  readonly diskGB: number | undefined;
}

/** What is added, kept free and spared. */
export interface Policy {
  readonly vcpuPerCore: number;
  readonly cpuOverheadPercent: number;
  readonly diskOverheadPercent: number;
  /** Memory of a host that no machine gets: hypervisor, root partition and reserve. */
  readonly hostReserveMiB: number;
  /** Part of each host that stays free. */
  readonly headroomPercent: number;
  /** By how much every machine grows. */
  readonly growthPercent: number;
  /** Hosts that may fail with every machine restarted. */
  readonly spareHosts: number;
  readonly vmsPerHostMax: number | undefined;
}

/** The whole question. */
export interface Inventory<Version extends string = string> {
  readonly windowsServer: Version;
  readonly host: HostModel;
  readonly policy: Policy;
  readonly vms: readonly VmGroup[];
}
