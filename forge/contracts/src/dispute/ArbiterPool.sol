// SPDX-License-Identifier: GPL-3.0-or-later
pragma solidity ^0.8.28;

import {IArbiterPool} from "../interfaces/IArbiterPool.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {IProviderRegistry} from "../interfaces/IProviderRegistry.sol";
import {DrawnPool} from "../market/DrawnPool.sol";
import {StakePool} from "../market/StakePool.sol";

/// @title Staked arbiters and the draw of panels
contract ArbiterPool is IArbiterPool, DrawnPool {
    IProviderRegistry public immutable registry;
    address public immutable court;

    modifier onlyCourt() {
        require(msg.sender == court, OnlyCourt(msg.sender));
        _;
    }

    constructor(address stakeToken_, IParameters parameters_, IProviderRegistry registry_, address court_)
        StakePool(stakeToken_, parameters_)
    {
        registry = registry_;
        court = court_;
    }

    /// @inheritdoc IArbiterPool
    function draw(bytes32 seed, uint256 seats, uint48 atBlock, address[] calldata owners)
        external
        view
        returns (address[] memory)
    {
        return _draw(seed, seats, atBlock, owners, false);
    }

    /// @inheritdoc IArbiterPool
    function penalise(address arbiter, uint256 amount) external onlyCourt returns (uint256 taken) {
        return _slash(arbiter, amount, court);
    }

    /// @inheritdoc IArbiterPool
    function award(address to, uint256 amount) external onlyCourt {
        creditOf[court] -= amount;
        _moveToCredit(to, amount);
    }

    function _leastStake() internal view override returns (uint256) {
        return parameters.get(IParameters.Key.ArbiterStake);
    }

    function _isBarred(address) internal pure override returns (bool) {
        return false;
    }

    function _registry() internal view override returns (IProviderRegistry) {
        return registry;
    }
}
