/**
 * Variables that steer the loader or the NVIDIA runtime: an image's own must never reach the container. The hook that hands
 * GPUs to a container reads them outside of it, as root (CVE-2025-23266).
 */
export function isStrippedVariable(name: string): boolean {
  return (
    /^(LD_|DYLD_|NVIDIA_|CUDA_MPS_|GLIBC_TUNABLES$|GCONV_PATH$)/.test(name) || !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)
  );
}
