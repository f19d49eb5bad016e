/** The factor between quotas, which are in MiB on the wire, and usages, which are in bytes. */
export const bytesPerMb = 1024 * 1024;
