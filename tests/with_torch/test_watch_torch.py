"""A PyTorch loop watched: what hooks see of any layers, and that the module stays as it is."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

import backlit as bl
from backlit.diagnosis.torch_looks import module_look, watched_layers

RNG = np.random.default_rng(0)
X = torch.tensor(RNG.normal(size=(300, 3)), dtype=torch.float32)
Y = X[:, :1] * X[:, 1:2]


def stack():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.ReLU(), nn.Linear(8, 5), nn.Tanh(), nn.Linear(5, 1))


def test_a_look_by_hooks_is_a_look_by_the_equations():
    module = stack().double()
    net = bl.from_torch(module, loss="squared_error")
    found = module_look(module, lambda p, y: ((p - y) ** 2).mean() / 2, X, Y, 4)
    trace = net.trace(X.double().numpy(), Y.double().numpy())
    assert [layer.name for layer in found.layers] == ["0", "2", "4"]
    for layer, of_trace in zip(found.layers, trace.layers, strict=True):
        assert layer.error_term == pytest.approx(np.sqrt(np.mean(of_trace.error_term**2)))
    assert found.loss == pytest.approx(trace.loss)


def test_dead_and_saturated_units_are_seen():
    module = stack()
    with torch.no_grad():
        module[0].bias[:6] = -99
        module[2].weight *= 1000
        module[2].bias += 100
    found = module_look(module, nn.MSELoss(), X, Y, 0)
    assert found.layers[0].dead == 0.75
    assert found.layers[1].saturated == 1.0


class Odd(nn.Module):
    """Convolution, batch and layer normalisation, dropout, in-place and functional activations, an own parameter."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 4, 2)
        self.norm = nn.BatchNorm1d(4)
        self.drop = nn.Dropout(0.5)
        self.inner = nn.Sequential(nn.Linear(8, 6), nn.LayerNorm(6), nn.ReLU(inplace=True))
        self.out = nn.Linear(6, 1)

    def forward(self, x):
        x = torch.relu_(self.norm(self.conv(x[:, None, :])))
        return self.out(self.inner(self.drop(x.flatten(1))))


def test_any_layers_are_looked_at_and_stay_as_they_are():
    torch.manual_seed(0)
    module = Odd()
    module.drop.eval()
    before, modes = copy.deepcopy(module.state_dict()), [part.training for part in module.modules()]
    state = torch.random.get_rng_state()
    found = module_look(module, nn.MSELoss(), X, Y, 0)
    assert [layer.name for layer in found.layers] == ["conv", "norm", "inner.0", "inner.1", "out"]
    assert all(layer.error_term > 0 for layer in found.layers)
    assert all(torch.equal(before[name], value) for name, value in module.state_dict().items())
    assert [part.training for part in module.modules()] == modes
    assert all(parameter.grad is None for parameter in module.parameters())
    assert not any(part._forward_hooks for part in module.modules())
    assert torch.equal(state, torch.random.get_rng_state())


def loop(watch, module, rate, steps, momentum=0.0):
    optimizer, loss_of = torch.optim.SGD(module.parameters(), lr=rate, momentum=momentum), nn.MSELoss()
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        loss = loss_of(module(X), Y)
        loss.backward()
        optimizer.step()
        if watch.after_step(module, loss):
            return step
    return steps


def test_a_loop_is_watched_and_ended_by_a_finding():
    watch = bl.Watch(X, Y, loss=nn.MSELoss(), every=1, action="stop")
    with pytest.warns(UserWarning, match="small-steps"):
        assert loop(watch, stack(), 1e-7, 40) < 10
    assert [look.step for look in watch.looks[:3]] == [1, 2, 3]
    assert watch.looks[1].layers[0].update_ratio < -4.5
    assert watch.diagnosis().findings[0].identifier == "small-steps"


def test_a_loop_that_learns_is_left_alone_and_not_changed():
    watched, plain = stack(), stack()
    watch = bl.Watch(X, Y, loss=nn.MSELoss(), every=7)
    assert loop(watch, watched, 0.1, 60) == 60
    assert not watch.findings
    loop(bl.Watch(X, Y, loss=nn.MSELoss(), every=1000), plain, 0.1, 60)
    for a, b in zip(watched.parameters(), plain.parameters(), strict=True):
        assert torch.equal(a, b)


def test_a_loss_that_is_not_finite_is_a_finding():
    watch = bl.Watch(X, Y, loss=nn.MSELoss(), every=1)
    with pytest.warns(UserWarning, match="diverged"):
        watch.after_step(stack(), torch.tensor(float("nan")))


def test_what_cannot_be_watched_is_said():
    with pytest.raises(bl.BacklitError, match="watched with its loss"):
        bl.Watch(X, Y).after_step(stack())
    with pytest.raises(bl.BacklitError, match="could not be computed on 256 samples"):
        bl.Watch(X[:, :2], Y, loss=nn.MSELoss(), every=1).after_step(stack())
    assert [name for name, _ in watched_layers(nn.Linear(2, 1))] == ["Linear"]


def test_tensorboard_has_the_scalars_where_it_is_installed(tmp_path):
    pytest.importorskip("tensorboard")
    with bl.Watch(X, Y, loss=nn.MSELoss(), every=1, tensorboard=tmp_path) as watch:
        loop(watch, stack(), 0.1, 3)
    assert any(path.stat().st_size > 300 for path in tmp_path.iterdir())


class Faulty(nn.Module):
    """Raises what PyTorch does not, on batches of some sizes."""

    def __init__(self, *sizes):
        super().__init__()
        self.inner, self.sizes = nn.Linear(3, 1), sizes

    def forward(self, x):
        if len(x) in self.sizes:
            raise KeyError("batch of another size")
        return self.inner(x)


def test_whatever_a_module_raises_is_told_in_a_sentence():
    with pytest.raises(bl.BacklitError, match="could not be computed on 256 samples: 'batch of another size'"):
        bl.Watch(X, Y, loss=nn.MSELoss(), every=1).after_step(Faulty(256))
    given = {"loss": lambda p, y: (p - y).abs().pow(1.5).mean(), "epochs": 2, "batch_size": 20}
    for size, words in ((8, "could not be computed on X of shape"), (20, "could not be trained on batches of 20")):
        module = Faulty(size)
        with pytest.raises(bl.BacklitError, match=words):
            bl.diagnose(module, X, Y, optimizer=torch.optim.SGD(module.parameters(), lr=0.1), **given)


def test_another_module_is_another_training():
    watch = bl.Watch(X, Y, loss=nn.MSELoss(), every=1)
    loop(watch, stack(), 0.1, 3)
    loop(watch, stack(), 0.1, 2)
    assert [look.step for look in watch.looks] == [1, 2]
