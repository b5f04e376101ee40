// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IJobEscrow} from "../src/interfaces/IJobEscrow.sol";
import {HostileDollar} from "../src/mocks/HostileDollar.sol";
import {HostileHandler} from "./support/HostileHandler.sol";

/// @title Whatever one token does, the escrow never owes more of it than it has, and other tokens' jobs feel nothing
contract HostileTokenInvariantsTest {
    HostileHandler internal handler;

    function setUp() public {
        handler = new HostileHandler();
    }

    /// @dev Read by the fuzzer: it calls the handler only.
    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_hostileTokenHurtsNobodyElse() public view {
        string memory broken = handler.broken();
        require(bytes(broken).length == 0, broken);
        require(!handler.hostile().reentered(), "a call from within a transfer went through");
        for (uint256 i = 0; i < handler.JOBS(); i++) {
            IJobEscrow.Job memory job = handler.escrow().jobOf(handler.jobId(i));
            uint256 used = uint256(job.reserved) + job.booked + job.paid + job.fees;
            require(used + job.refunded <= job.deposited, "a job promised more than came in");
        }
        require(_held(handler.honest()) == _owed(handler.honest(), 2, 3), "the honest token does not add up");
        // What a token takes back by itself is missing; nothing else may be.
        require(_held(handler.hostile()) + handler.lost() >= _owed(handler.hostile(), 0, 2), "the escrow owes more than came in");
    }

    /// Once the token behaves, everybody gets out, and not a unit stays behind.
    function afterInvariant() public {
        handler.calmDown();
        invariant_hostileTokenHurtsNobodyElse();
        require(_held(handler.honest()) == 0, "honest money was left behind");
        require(handler.lost() != 0 || _held(handler.hostile()) == 0, "money was left behind");
    }

    function _held(HostileDollar token) private view returns (uint256) {
        return token.balanceOf(address(handler.escrow()));
    }

    /// @dev Balances, and of each job what is neither paid nor refunded; fees that were credited are in both sums.
    function _owed(HostileDollar token, uint256 from, uint256 to) private view returns (uint256 owed) {
        uint256 feesCredited;
        for (uint256 i = 0; i < 4; i++) owed += handler.escrow().balanceOf(handler.account(i), address(token));
        for (uint256 i = from; i < to; i++) {
            IJobEscrow.Job memory job = handler.escrow().jobOf(handler.jobId(i));
            owed += uint256(job.deposited) - job.paid - job.refunded;
        }
        feesCredited = handler.escrow().balanceOf(handler.FEE_RECIPIENT(), address(token)) + handler.feesWithdrawn(address(token));
        return owed - feesCredited;
    }
}
