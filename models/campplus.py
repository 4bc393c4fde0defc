"""CAM++: a network that turns a stretch of speech into 192 numbers of the voice.

A small two-dimensional convolution module reads the filter banks, a densely connected time-delay
network follows, in which every layer masks its output by the context; statistics over the frames
give the voice. The names of the layers are those of the published weights.

Source: H. Wang, S. Zheng, Y. Chen, L. Cheng, Q. Chen, "CAM++: A Fast and Efficient Network for
Speaker Verification Using Context-Aware Masking", Interspeech 2023.
"""

from __future__ import annotations

from collections import OrderedDict

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.fbank import MEL_BINS

DIMENSION = 192

_HEAD_CHANNELS = 32
_INPUT_CHANNELS = 128
_GROWTH = 32  # channels that each dense layer adds
_BOTTLENECK = 128
_CONTEXT = 64
_SEGMENT_FRAMES = 100  # of the context between the whole and the frame
_BLOCKS = ((12, 1), (24, 2), (16, 2))  # layers, dilation


class ResidualUnit(nn.Module):
    """Two 3 x 3 convolutions beside a short cut; the stride is along the frequency alone."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride != 1:
            self.shortcut = nn.Sequential(
                nn.Conv2d(channels, channels, 1, stride=(stride, 1), bias=False),
                nn.BatchNorm2d(channels),
            )

    def forward(self, image: Tensor) -> Tensor:
        """Shape (batch, channels, bins, frames) to (batch, channels, bins / stride, frames)."""
        inner = functional.relu(self.bn1(self.conv1(image)))
        inner = self.bn2(self.conv2(inner))
        return functional.relu(inner + self.shortcut(image))


class ConvolutionHead(nn.Module):
    """Finds local patterns of time and frequency; 80 bins become 32 channels of 10."""

    def __init__(self) -> None:
        super().__init__()
        channels = _HEAD_CHANNELS
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(ResidualUnit(channels, 2), ResidualUnit(channels, 1))
        self.layer2 = nn.Sequential(ResidualUnit(channels, 2), ResidualUnit(channels, 1))
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.out_channels = channels * MEL_BINS // 8

    def forward(self, features: Tensor) -> Tensor:
        """Shape (batch, bins, frames) to (batch, 320, frames)."""
        image = functional.relu(self.bn1(self.conv1(features.unsqueeze(1))))
        image = self.layer2(self.layer1(image))
        image = functional.relu(self.bn2(self.conv2(image)))
        return image.flatten(1, 2)


def _nonlinear(channels: int) -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(batchnorm=nn.BatchNorm1d(channels), relu=nn.ReLU(inplace=True))
    )


class InputLayer(nn.Module):
    """The first time-delay layer, which halves the number of frames."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, _INPUT_CHANNELS, 5, stride=2, padding=2, bias=False)
        self.nonlinear = _nonlinear(_INPUT_CHANNELS)

    def forward(self, frames: Tensor) -> Tensor:
        """Shape (batch, channels, frames) to (batch, 128, ceil(frames / 2))."""
        masked: Tensor = self.nonlinear(self.linear(frames))
        return masked


class ContextMaskedLayer(nn.Module):
    """A dilated convolution, its output masked by the context: the whole and the near segment."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(
            _BOTTLENECK, _GROWTH, 3, padding=dilation, dilation=dilation, bias=False
        )
        self.linear1 = nn.Conv1d(_BOTTLENECK, _CONTEXT, 1)
        self.linear2 = nn.Conv1d(_CONTEXT, _GROWTH, 1)

    def forward(self, frames: Tensor) -> Tensor:
        """Shape (batch, 128, frames) to (batch, 32, frames)."""
        context = frames.mean(dim=-1, keepdim=True) + segment_means(frames)
        mask = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        masked: Tensor = self.linear_local(frames) * mask
        return masked


def segment_means(frames: Tensor) -> Tensor:
    """Each frame replaced by the mean of its segment of 100 frames; the last may be shorter.

    Args:
        frames: shape (batch, channels, frames).
    Returns: the same shape.
    """
    length = frames.shape[-1]
    means = functional.avg_pool1d(frames, _SEGMENT_FRAMES, _SEGMENT_FRAMES, ceil_mode=True)
    return means.repeat_interleave(_SEGMENT_FRAMES, dim=-1)[..., :length]


class DenseLayer(nn.Module):
    """A bottleneck and a context-masked convolution, whose output is put beside the input."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = _nonlinear(channels)
        self.linear1 = nn.Conv1d(channels, _BOTTLENECK, 1, bias=False)
        self.nonlinear2 = _nonlinear(_BOTTLENECK)
        self.cam_layer = ContextMaskedLayer(dilation)

    def forward(self, frames: Tensor) -> Tensor:
        """Shape (batch, channels, frames) to (batch, channels + 32, frames)."""
        inner = self.nonlinear2(self.linear1(self.nonlinear1(frames)))
        return torch.cat([frames, self.cam_layer(inner)], dim=1)


class Transition(nn.Module):
    """Halves the channels after a dense block."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = _nonlinear(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, frames: Tensor) -> Tensor:
        """Shape (batch, channels, frames) to (batch, channels / 2, frames)."""
        halved: Tensor = self.linear(self.nonlinear(frames))
        return halved


class OutputLayer(nn.Module):
    """From the statistics to the voice."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, DIMENSION, 1, bias=False)
        self.nonlinear = nn.Sequential(
            OrderedDict(batchnorm=nn.BatchNorm1d(DIMENSION, affine=False))
        )

    def forward(self, statistics: Tensor) -> Tensor:
        """Shape (batch, channels) to (batch, 192)."""
        voice: Tensor = self.nonlinear(self.linear(statistics.unsqueeze(-1)).squeeze(-1))
        return voice


def statistics(frames: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean and unbiased standard deviation of every channel over the frames.

    Args:
        frames: shape (batch, channels, frames), at least two frames.
        weights: shape (batch, any number), 0 to 1; stretched to the frames by the nearest value.
            None counts all frames alike.
    Returns: shape (batch, 2 x channels); NaN where the weights leave no more than one frame, so
        that nobody takes it for a voice.
    Source: reliability weights, https://en.wikipedia.org/wiki/Weighted_arithmetic_mean
    """
    if weights is None:
        return torch.cat([frames.mean(dim=-1), frames.std(dim=-1)], dim=1)
    weights = functional.interpolate(weights.unsqueeze(1).to(frames), size=frames.shape[-1])
    total = weights.sum(dim=-1)
    mean = (frames * weights).sum(dim=-1) / total
    squares = ((frames - mean.unsqueeze(-1)).square() * weights).sum(dim=-1)
    freedom = total - weights.square().sum(dim=-1) / total
    deviation = torch.where(freedom > 0, squares / freedom, torch.nan).sqrt()
    return torch.cat([torch.where(freedom > 0, mean, torch.nan), deviation], dim=1)


class CamPlusPlus(nn.Module):
    """The whole network, from centred filter banks to a voice."""

    def __init__(self) -> None:
        super().__init__()
        self.head = ConvolutionHead()
        layers: list[tuple[str, nn.Module]] = [("tdnn", InputLayer(self.head.out_channels))]
        channels = _INPUT_CHANNELS
        for number, (depth, dilation) in enumerate(_BLOCKS, start=1):
            dense: OrderedDict[str, nn.Module] = OrderedDict(
                (f"tdnnd{i + 1}", DenseLayer(channels + i * _GROWTH, dilation))
                for i in range(depth)
            )
            channels += depth * _GROWTH
            layers += [(f"block{number}", nn.Sequential(dense))]
            layers += [(f"transit{number}", Transition(channels))]
            channels //= 2
        layers += [("out_nonlinear", _nonlinear(channels))]
        layers += [("dense", OutputLayer(2 * channels))]
        self.xvector = nn.ModuleDict(OrderedDict(layers))

    def frames(self, features: Tensor) -> Tensor:
        """What is known of every second frame.

        Args:
            features: centred filter banks, shape (batch, frames, 80).
        Returns: shape (batch, 512, ceil(frames / 2)).
        """
        inner: Tensor = self.head(features.transpose(1, 2))
        for name, layer in self.xvector.items():
            if name != "dense":
                inner = layer(inner)
        return inner

    def voice(self, frames: Tensor, weights: Tensor | None = None) -> Tensor:
        """The voice in (weighted) frames, shape (batch, 192); arguments as of `statistics`."""
        voice: Tensor = self.xvector["dense"](statistics(frames, weights))
        return voice

    def forward(self, features: Tensor, weights: Tensor | None = None) -> Tensor:
        """Shape (batch, frames, 80) to (batch, 192)."""
        return self.voice(self.frames(features), weights)
