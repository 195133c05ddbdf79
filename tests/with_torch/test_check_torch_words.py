"""What ``check_torch`` says where PyTorch itself raises, where rows are looked up, and where nothing comes back."""

import numpy as np
import pytest
import torch

import backlit as bl

X = np.random.default_rng(5).normal(size=(4, 3))


class Affine(torch.nn.Module):
    def __init__(self, backward):
        super().__init__()
        torch.manual_seed(1)
        self.W, self.b = torch.nn.Parameter(torch.randn(5, 3)), torch.nn.Parameter(torch.randn(5))

        def forward(ctx, x, W, b):
            ctx.save_for_backward(x, W)
            return x.mm(W.t()) + b

        kind = type(
            "Affine2",
            (torch.autograd.Function,),
            {"forward": staticmethod(forward), "backward": staticmethod(backward)},
        )
        self.apply_it = kind.apply

    def forward(self, x):
        return self.apply_it(x, self.W, self.b)


def affine(gradients):
    return Affine(lambda ctx, g: gradients(*ctx.saved_tensors, g))


@pytest.mark.parametrize(
    ("gradients", "words"),
    [
        (
            lambda x, W, g: (g.mm(W), x.t().mm(g), g.sum(0)),
            r"input 2 .* shape \[3, 5\], .* \[5, 3\]: the same transposed",
        ),
        (lambda x, W, g: (g.mm(W), g.t().mm(x)), "must return 3 gradients, .* returned 2"),
        (lambda x, W, g: (g.mm(W), g.t().mm(x), g @ None), "the backward pass of Affine raises TypeError"),
    ],
)
def test_what_pytorch_raises_on_the_way_back_is_said_in_words(gradients, words):
    with pytest.raises(bl.BacklitError, match=words):
        bl.check_torch(affine(gradients), X)


def test_saved_tensors_are_a_tuple():
    class Exp(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x.exp())
            return x.exp()

        @staticmethod
        def backward(ctx, g):
            return g * ctx.saved_tensors

    with pytest.raises(bl.BacklitError, match=r"ctx.saved_tensors is a tuple, of one tensor too"):
        bl.check_torch(Exp.apply, X)


@pytest.mark.parametrize(
    "cut",
    [lambda x: x.detach() ** 2, lambda x: torch.tensor(x.tolist()), lambda x: torch.from_numpy(x.detach().numpy())],
)
def test_a_forward_pass_that_is_cut_off_is_said(cut):
    with pytest.raises(bl.BacklitError, match=r"nothing comes back: .*\.detach\(\)"):
        bl.check_torch(cut, X)


def test_rows_that_are_looked_up_stay_whole_numbers():
    report = bl.check_torch(torch.nn.Embedding(5, 3), np.array([[0, 2], [1, 1]]))
    assert report.ok
    assert [v.quantity for v in report.verdicts] == ["gradient at weight"]
    assert "indices" in report.remarks[0]
    with pytest.raises(bl.BacklitError, match="nothing to check"):
        bl.check_torch(lambda i: torch.eye(4)[i], np.array([0, 2]))


def test_a_parameter_without_a_gradient_is_missing():
    report = bl.check_torch(affine(lambda x, W, g: (g.mm(W), None, g.sum(0))), X)
    assert [f.identifier for f in report.findings] == ["gradient-missing"]
    assert "gradient at W is" in report.findings[0].happened


def test_a_loss_that_hides_the_module_is_left_out_by_leaving_out_y():
    class Sigmoid(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.sigmoid(x)

        @staticmethod
        def backward(ctx, g):
            return g * torch.cos(ctx.saved_tensors[0])

    assert any("Leave y out" in remark for remark in bl.check_torch(Sigmoid.apply, X, 0 * X).remarks)
    assert not any("Leave y out" in remark for remark in bl.check_torch(Sigmoid.apply, X).remarks)
