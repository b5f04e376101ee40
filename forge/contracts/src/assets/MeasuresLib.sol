// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IAttestations} from "../interfaces/IAttestations.sol";

/// @title Median, tolerance and hash of measured capability
library MeasuresLib {
    bytes32 internal constant MEASURES_TYPEHASH = keccak256(
        "Measures(uint64 fp32Gflops,uint64 fp16Gflops,uint64 int8Gops,uint64 vramBytes,uint32 memoryGBps,uint32 cpuCores,uint32 networkMbps)"
    );
    bytes32 internal constant RESULT_TYPEHASH = keccak256(
        "Result(uint256 requestId,uint256 assetId,bytes32 seed,Measures measures)"
        "Measures(uint64 fp32Gflops,uint64 fp16Gflops,uint64 int8Gops,uint64 vramBytes,uint32 memoryGBps,uint32 cpuCores,uint32 networkMbps)"
    );

    uint256 internal constant UNITS = 7;
    uint256 private constant CPU_CORES = 5;
    uint256 private constant NETWORK = 6;
    uint256 private constant BPS = 10_000;

    function hash(IAttestations.Measures memory measures) internal pure returns (bytes32) {
        return keccak256(abi.encode(MEASURES_TYPEHASH, measures));
    }

    /// @notice Unit number `unit` in the order of the struct.
    function get(IAttestations.Measures memory measures, uint256 unit) internal pure returns (uint256 value) {
        // Every member of a struct in memory has a word of its own.
        assembly ("memory-safe") {
            value := mload(add(measures, mul(unit, 32)))
        }
    }

    /// @notice Unit by unit; of an even number the lower one of the two in the middle.
    function medianOf(IAttestations.Measures[] memory all) internal pure returns (IAttestations.Measures memory median) {
        uint256[] memory values = new uint256[](all.length);
        for (uint256 unit = 0; unit < UNITS; unit++) {
            for (uint256 i = 0; i < all.length; i++) {
                uint256 value = get(all[i], unit);
                uint256 place = i;
                for (; place > 0 && values[place - 1] > value; place--) values[place] = values[place - 1];
                values[place] = value;
            }
            uint256 middle = values[(all.length - 1) / 2];
            assembly ("memory-safe") {
                mstore(add(median, mul(unit, 32)), middle)
            }
        }
    }

    /// @notice Whether every unit is near the median: cores are counted, not measured; a network's speed varies most.
    /// @return unit the first one that is not
    function isWithin(IAttestations.Measures memory one, IAttestations.Measures memory median, uint256 toleranceBps)
        internal
        pure
        returns (bool, uint256 unit)
    {
        for (; unit < UNITS; unit++) {
            uint256 bps = unit == CPU_CORES ? 0 : unit == NETWORK ? 4 * toleranceBps : toleranceBps;
            (uint256 a, uint256 b) = (get(one, unit), get(median, unit));
            if ((a > b ? a - b : b - a) * BPS > bps * b) return (false, unit);
        }
        return (true, 0);
    }
}
