//! The networks that the tables of tests run over: small and odd-sized, each kind and head in several places, and
//! numbers for them that any language can compute.
//!
//! Their numbers are in `data`.

// Each test binary uses its part of what stands here.
#![allow(dead_code, unused_macros)]

mod data;

pub(crate) use data::*;
use quipu::network;

network! { /** One layer, classes. */ pub FcBias < fc(3, 4); softmax_ce(4) > }
network! { /** No bias. */ pub FcPlain < fc(5, 3, bias = false); mse(3) > }
network! {
    /// Every way to start.
    pub Inits <
        fc(3, 5, init = he);
        tanh;
        fc(4, init = xavier);
        tanh;
        fc(3, init = lecun, bias = false);
        tanh;
        fc(2, init = zeros);
        mse(2)
    >
}
network! {
    /// Columns, then rows, of length one and at right angles.
    pub Orthogonal <
        fc(5, 3, init = orthogonal);
        tanh;
        fc(6, init = orthogonal, bias = false);
        tanh;
        fc(2);
        mse(2)
    >
}
network! {
    /// Two thin products for a layer.
    pub LowRank <
        fc(6, 5, rank = 2);
        tanh;
        fc(4, rank = 1, bias = false);
        residual { fc(4, rank = 1, init = xavier); tanh }
        softmax_ce(4)
    >
}
network! {
    /// Rows of a sample through copies and blocks of such layers.
    pub LowRankRows <
        block thin(n, r) { fc(n, rank = r, init = lecun); silu }
        input(3, 6);
        thin(6, 2);
        repeat(2) { thin(6, 1) }
        flatten;
        fc(2, rank = 1, init = orthogonal);
        mse(2)
    >
}
network! {
    /** Nothing comes out at first. */
    pub LowRankZeros < fc(5, 4, rank = 1, init = zeros); gelu; mse(3) >
}
network! {
    /** Widths of one. */
    pub Ones < input(1); fc(1); tanh; fc(1, 1, bias = false); mse(1) >
}
network! {
    /** Odd widths. */
    pub Odd < fc(17, 13); gelu; fc(11); layer_norm; tanh; fc(9); bce(9) >
}
network! { /** The head's own projection. */ pub Relu < fc(4, 7); relu; softmax_ce(3) > }
network! { /** Two probabilities. */ pub Sigmoid < fc(4, 5); sigmoid; bce(2) > }
network! { /** One probability. */ pub Tanh < fc(2, 5); tanh; bce(1) > }
network! { /** Through erf. */ pub Gelu < fc(4, 5); gelu; mse(3) > }
network! { /** Through tanh. */ pub GeluTanh < fc(4, 5); gelu(tanh); mse(3) > }
network! { /** A hundredth below zero. */ pub LeakyRelu < fc(4, 5); leaky_relu; mse(3) > }
network! {
    /** A slope of one's own, over the data. */
    pub LeakyReluSlope < input(4); leaky_relu(0.3); fc(3); mse(3) >
}
network! { /** Smooth at zero. */ pub Elu < fc(4, 5); elu; mse(3) > }
network! { /** With a kink at zero. */ pub EluAlpha < fc(4, 5); elu(0.4); mse(3) > }
network! { /** Self-normalising. */ pub Selu < fc(4, 5); selu; mse(3) > }
network! { /** Through the sigmoid. */ pub Silu < fc(4, 5); silu; mse(3) > }
network! { /** Silu in straight lines. */ pub Hardswish < fc(4, 5); hardswish; mse(3) > }
network! { /** Always above zero. */ pub Softplus < fc(4, 5); softplus; mse(3) > }
network! { /** Probabilities, compared as they are. */ pub Softmax < fc(4, 5); softmax; mse(5) > }
network! {
    /** Rows of a sample, first of all. */
    pub SoftmaxRows < input(3, 4); softmax; fc(2); flatten; tanh; mse(2) >
}
network! {
    /** A gate over the features, read by two branches. */
    pub SoftmaxGate < fc(4, 5); softmax; residual { fc(5); softmax } fc(3); mse(3) >
}
network! {
    /** One group, and the logits themselves. */
    pub RmsNorm < fc(4, 6); rms_norm; softmax_ce(6) >
}
network! {
    /// Groups of a sample, first of all, and around a layer.
    pub RmsNormRows <
        input(3, 5);
        rms_norm;
        residual { rms_norm(eps = 0.01); fc(5); silu }
        fc(4);
        rms_norm;
        gelu;
        flatten;
        fc(2);
        mse(2)
    >
}
network! {
    /** Features over the batch, and the logits themselves. */
    pub BatchNorm < fc(4, 6); batch_norm; softmax_ce(6) >
}
network! {
    /// First of all, twice in a row, and with numbers of one's own.
    pub BatchNormFirst <
        input(5);
        batch_norm(eps = 0.01);
        fc(4, bias = false);
        batch_norm;
        batch_norm(momentum = 0.3);
        gelu;
        mse(3)
    >
}
network! {
    /// In branches and blocks, around what another branch still needs.
    pub BatchNormInside <
        block ff(n, m) { fc(n, m); batch_norm; tanh; fc(m, n) }
        fc(3, 4);
        residual { batch_norm; ff(4, 5) } shortcut { batch_norm }
        concat { batch_norm; tanh } { fc(2); batch_norm } { }
        ff(10, 3);
        fc(2);
        mse(2)
    >
}
network! {
    /// In copies and copies of copies, without weights between them; and last of all.
    pub BatchNormRepeat <
        fc(3, 4);
        repeat(3) { residual { batch_norm; tanh; fc(4) } }
        repeat(2) { silu; repeat(2) { batch_norm(momentum = 1.0) } }
        fc(2);
        batch_norm;
        mse(2)
    >
}
network! { /** Through softplus and tanh. */ pub Mish < fc(4, 5); mish; mse(3) > }
network! { /** Near and far from its targets. */ pub Huber < fc(4, 5); tanh; huber(3) > }
network! { /** Nearly always far. */ pub HuberDelta < fc(3, 4); huber(4, delta = 0.1) > }
network! { /** Means and variances. */ pub GaussianNll < fc(4, 5); tanh; gaussian_nll(2) > }
network! {
    /** One value, straight from a layer; and data that it could be. */
    pub GaussianNllOne < fc(1, 2); gaussian_nll(1) >
}
network! { /** Margins. */ pub Hinge < fc(4, 5); tanh; hinge(3) > }
network! { /** A yes or no, and scores from a layer. */ pub HingeTwo < fc(3, 2); hinge(2) > }
network! {
    /// Masks between layers.
    pub Dropout < fc(4, 9); tanh; dropout(0.3); fc(6); dropout(0.5); sigmoid; softmax_ce(3) >
}
network! {
    /** A mask over the data. */
    pub DropoutFirst < input(6); dropout(0.25); fc(4); tanh; mse(2) >
}
network! { /** Nothing is dropped. */ pub DropoutNone < fc(3, 4); dropout(0.0); mse(4) > }
network! {
    /** One group, and the logits themselves. */
    pub Norm < fc(4, 6); layer_norm; softmax_ce(6) >
}
network! {
    /// Groups of a sample, first of all.
    pub NormRows <
        input(3, 5);
        layer_norm;
        fc(4);
        layer_norm(eps = 0.01);
        gelu;
        flatten;
        fc(2);
        mse(2)
    >
}
network! { /** Rank three. */ pub Rank3 < input(2, 3, 2); fc(3); flatten; sigmoid; softmax_ce(4) > }
network! { /** Flattened data. */ pub FlattenFirst < input(2, 2, 2); flatten; fc(3); mse(3) > }
network! {
    /** Around a layer. */
    pub Residual < fc(4, 5); residual { fc(5); tanh } softmax_ce(5) >
}
network! {
    /// Two branches with parameters.
    pub Shortcut <
        fc(4, 5);
        residual { fc(6); tanh; fc(3) } shortcut { fc(3, bias = false) }
        mse(3)
    >
}
network! {
    /** An empty shortcut. */
    pub ShortcutEmpty < fc(4, 5); residual { tanh; fc(5) } shortcut { } mse(5) >
}
network! {
    /** Around the data. */
    pub ResidualFirst < input(4); residual { fc(4); gelu } tanh; bce(2) >
}
network! {
    /** Without parameters, around the data. */
    pub ResidualPlain < input(4); residual { tanh } fc(3); mse(3) >
}
network! { /** x + x. */ pub Twice < fc(3, 4); residual { flatten } mse(4) > }
network! {
    /// x + x of the data, and of what is x + x already.
    pub TwiceFirst <
        input(2);
        residual { flatten }
        residual { residual { flatten } }
        fc(3);
        mse(3)
    >
}
network! {
    /** x + x, but only in evaluation. */
    pub TwiceMasked < fc(3, 4); residual { dropout(0.4) } mse(4) >
}
network! {
    /// Residuals in both branches.
    pub Nested <
        input(5);
        residual {
            layer_norm;
            residual { fc(5); tanh }
            fc(3);
            sigmoid
        } shortcut {
            residual { tanh; fc(5) }
            fc(3)
        }
        softmax_ce(3)
    >
}
network! {
    /// Layers that would like to work in place, on what the other branch still needs.
    pub InPlace <
        fc(4, 5);
        residual { relu }
        residual { layer_norm }
        residual { dropout(0.3); sigmoid } shortcut { tanh; relu }
        gelu;
        softmax_ce(3)
    >
}
network! {
    /// The same of further kinds, whether they keep their output or their input.
    pub InPlaceMore <
        fc(4, 5);
        residual { leaky_relu }
        residual { elu; rms_norm }
        residual { silu; softplus } shortcut { selu; hardswish }
        residual { softmax } shortcut { mish; softmax }
        repeat(2) { selu; silu }
        fc(3);
        mse(3)
    >
}
network! { /** One copy. */ pub Repeat1 < fc(3, 4); repeat(1) { fc(4); tanh } mse(2) > }
network! { /** Two copies. */ pub Repeat2 < fc(3, 4); repeat(2) { fc(4); tanh } softmax_ce(3) > }
network! {
    /// Three copies, and the first works on the data.
    pub Repeat3 < input(5); repeat(3) { residual { layer_norm; fc(7); gelu; fc(5) } } mse(5) >
}
network! {
    /** Five copies without parameters. */
    pub Repeat5 < fc(3, 4); repeat(5) { sigmoid } softmax_ce(2) >
}
network! {
    /** Five copies with. */
    pub Repeat5Fc < fc(4, 4); repeat(5) { tanh; fc(4, bias = false) } softmax_ce(4) >
}
network! {
    /** Copies over the data. */
    pub RepeatFirst < input(4); repeat(3) { tanh } fc(2); mse(2) >
}
network! { /** Copies of nothing. */ pub RepeatNothing < fc(3, 4); repeat(2) { flatten } mse(4) > }
network! {
    /// Repeats in a repeat, with masks of their own.
    pub RepeatNested <
        input(4);
        repeat(2) {
            tanh;
            repeat(2) { sigmoid }
            fc(4);
            repeat(3) { tanh; dropout(0.2); fc(4, bias = false) }
        }
        softmax_ce(4)
    >
}
network! {
    /// One block in several places and sizes.
    pub Blocks <
        let d = 4;
        block ff(n, m) { fc(n, m); gelu; fc(m, n) }
        fc(6, d);
        residual { ff(d, 2 * d) }
        ff(d, 2 * d);
        ff(d, 3);
        repeat(2) { residual { layer_norm; ff(d, 3) } }
        softmax_ce(d)
    >
}
network! {
    /// Blocks without parameters, one of them in a block.
    pub BlocksPlain <
        block squash(n) { tanh; dropout(0.1) }
        block both(n) { squash(n); residual { squash(n) } }
        input(3);
        squash(3);
        fc(4);
        both(4);
        both(4);
        softmax_ce(4)
    >
}
network! {
    /** A block of nothing. */
    pub BlockNothing < block none(n) { flatten } fc(3, 4); none(4); none(4); mse(4) >
}
network! {
    /// Names of one's own.
    pub Labels <
        enc: { hidden: fc(4, 6); relu; { fc(3); sigmoid } }
        { norm: layer_norm; tanh }
        out: softmax_ce(3)
    >
}
network! {
    /** Smoothed classes. */
    pub Smoothed < fc(4, 5); gelu; softmax_ce(4, smoothing = 0.1) >
}
network! {
    /** Classes that count more and less. */
    pub Weighted < fc(4, 5); gelu; softmax_ce(4, class_weights = [1.0, 2.5, 0.5, 3]) >
}
network! { /** Itself. */ pub Auto < input(6); sigmoid; fc(2); tanh; mse(6) > }
network! { /** Itself, as probabilities. */ pub AutoBce < fc(4, 2); relu; bce(4) > }
network! {
    /** The data, squashed, then classes. */
    pub ReluFirst < input(6); relu; fc(3); softmax_ce(3) >
}
network! {
    /** Logits that the layer before reads back. */
    pub LogitsRead < fc(3, 4); tanh; input(4); softmax_ce(4) >
}
network! {
    /// The same at the end of a repeat.
    pub LogitsReadRepeat < fc(3, 4); repeat(2) { fc(4); tanh } input(4); mse(4) >
}
network! {
    /// Something of everything.
    pub Mixed <
        let d = 6;
        block ff(n, m) { fc(n, m); gelu; fc(m, n) }
        input(d);
        layer_norm;
        residual { layer_norm; ff(d, 2 * d); dropout(0.1) }
        repeat(3) { residual { layer_norm; ff(d, d + 1) } shortcut { fc(d, d, bias = false) } }
        repeat(2) { tanh }
        enc: { fc(4); sigmoid }
        gelu(tanh);
        softmax_ce(5, smoothing = 0.1)
    >
}

network! {
    /// Side by side: branches with parameters, without, and none at all.
    pub Concat < fc(4, 5); concat { fc(3); tanh } { sigmoid } { } fc(4); softmax_ce(4) >
}
network! {
    /** The data beside what is made of it. */
    pub ConcatFirst < input(3); concat { } { fc(2); relu } { tanh } fc(2); mse(2) >
}
network! {
    /** The data twice, and nothing trained before. */
    pub ConcatPlain < input(2); concat { } { } fc(3); mse(3) >
}
network! {
    /// Along the first axis of three, the last of two, and a stated one; a concatenation in another, and last of all.
    pub ConcatAxes <
        input(2, 3, 2);
        concat { } { fc(2); gelu } { input(2, 3, 2) }
        flatten;
        fc(12);
        tanh;
        concat { concat { fc(3) } { relu } } { repeat(2) { concat { fc(5) } { fc(7) } tanh } }
        mse(27)
    >
}
network! {
    /// In blocks along the last axis, and along a stated one.
    pub ConcatBlocks <
        input(3, 4);
        concat { fc(2); tanh } { layer_norm }
        concat(axis = 0) { } { sigmoid }
        flatten;
        fc(3);
        mse(3)
    >
}

/// Calls a macro with every network: a name, and the generic type.
macro_rules! every_network {
    ($use:ident) => {
        $use! {
            fc_bias: FcBiasOf, fc_plain: FcPlainOf, inits: InitsOf, orthogonal: OrthogonalOf, low_rank: LowRankOf,
            low_rank_rows: LowRankRowsOf, low_rank_zeros: LowRankZerosOf, ones: OnesOf, odd: OddOf, relu: ReluOf,
            leaky_relu: LeakyReluOf, leaky_relu_slope: LeakyReluSlopeOf, elu: EluOf, elu_alpha: EluAlphaOf,
            selu: SeluOf, sigmoid: SigmoidOf, tanh: TanhOf, softplus: SoftplusOf, gelu: GeluOf,
            gelu_tanh: GeluTanhOf, silu: SiluOf, hardswish: HardswishOf, mish: MishOf, softmax: SoftmaxOf,
            softmax_rows: SoftmaxRowsOf, softmax_gate: SoftmaxGateOf, rms_norm: RmsNormOf,
            rms_norm_rows: RmsNormRowsOf,
            batch_norm: BatchNormOf, batch_norm_first: BatchNormFirstOf, batch_norm_inside: BatchNormInsideOf,
            batch_norm_repeat: BatchNormRepeatOf,
            dropout: DropoutOf,
            dropout_first: DropoutFirstOf, dropout_none: DropoutNoneOf, norm: NormOf, norm_rows: NormRowsOf,
            rank3: Rank3Of, flatten_first: FlattenFirstOf, residual: ResidualOf, shortcut: ShortcutOf,
            shortcut_empty: ShortcutEmptyOf, residual_first: ResidualFirstOf, residual_plain: ResidualPlainOf,
            twice: TwiceOf, twice_first: TwiceFirstOf, twice_masked: TwiceMaskedOf, nested: NestedOf,
            in_place: InPlaceOf, in_place_more: InPlaceMoreOf, repeat1: Repeat1Of, repeat2: Repeat2Of, repeat3: Repeat3Of, repeat5: Repeat5Of,
            repeat5_fc: Repeat5FcOf, repeat_first: RepeatFirstOf, repeat_nothing: RepeatNothingOf,
            repeat_nested: RepeatNestedOf, blocks: BlocksOf, blocks_plain: BlocksPlainOf,
            block_nothing: BlockNothingOf, labels: LabelsOf, smoothed: SmoothedOf, weighted: WeightedOf, auto: AutoOf,
            auto_bce: AutoBceOf, relu_first: ReluFirstOf, logits_read: LogitsReadOf,
            logits_read_repeat: LogitsReadRepeatOf, mixed: MixedOf, concat: ConcatOf,
            concat_first: ConcatFirstOf, concat_plain: ConcatPlainOf, concat_axes: ConcatAxesOf,
            huber: HuberOf, huber_delta: HuberDeltaOf, gaussian_nll: GaussianNllOf, gaussian_nll_one: GaussianNllOneOf,
            concat_blocks: ConcatBlocksOf, hinge: HingeOf, hinge_two: HingeTwoOf,
        }
    };
}
