//! Derivatives of small networks in f64 against JAX's own, to 1e-10: J v, uᵀ J, `jvp(grad)` and the Gauss-Newton product.
//!
//! `tests/reference/derivatives.py` builds the same networks in JAX and prints the fixture.

#[macro_use]
mod networks;

use std::collections::BTreeMap;

use networks::{Data, file_order, fill, fill_params, forms};
use quipu::analysis::{self, GaussNewton, Hvp};
use quipu::{Model, network};

const FIXTURE: &str = include_str!("fixtures/derivatives.txt");
const ROWS: usize = 4;
/// Numbers are compared relative to themselves; below this, to this.
const SMALL: f64 = 1e-4;

/// The numbers of a section of the fixture, by name.
fn section(heading: &str) -> BTreeMap<&'static str, Vec<f64>> {
    let mut lines = FIXTURE.lines().skip_while(|line| *line != format!("[{heading}]"));
    assert!(lines.next().is_some(), "the fixture has no [{heading}]; see tests/reference/derivatives.py");
    let of = |line: &'static str| {
        let (name, numbers) = line.split_once(' ').unwrap();
        (name, numbers.split(' ').map(|number| number.parse().unwrap()).collect())
    };
    lines.take_while(|line| !line.starts_with('[')).map(of).collect()
}

fn check<M: Model<Scalar = f64>>(heading: &str) {
    let mut expected = section(heading);
    let mut net = network::zeros::<M>();
    fill_params(&mut *net);
    let data = Data::new::<M>(ROWS, forms::<M>()[0]);
    let (batch, inputs) = (data.batch(), data.batch().inputs);
    // Directions and what comes of them in the order of files.
    let places: Vec<usize> = file_order::<M>().into_iter().flat_map(|tensor| tensor.places).collect();
    let mut v = vec![0.0; M::PARAMS];
    places.iter().enumerate().for_each(|(k, &place)| v[place] = fill(k, 9));
    let u: Vec<f64> = (0..ROWS * M::OUTPUTS).map(|i| fill(i, 8)).collect();

    let mut compare = |name: &str, found: &[f64]| {
        let expected = expected.remove(name).unwrap_or_else(|| panic!("[{heading}] has no {name}"));
        assert_eq!(found.len(), expected.len(), "{heading}: {name}");
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            let close = (found - expected).abs() <= 1e-10 * expected.abs().max(SMALL);
            assert!(close, "{heading}: {name}, number {index}: {found}, but JAX says {expected}");
        }
    };
    let in_files = |flat: &[f64]| places.iter().map(|&place| flat[place]).collect::<Vec<f64>>();
    compare("jvp", &analysis::jvp(&*net, inputs, &v).unwrap());
    compare("vjp", &in_files(analysis::vjp(&*net, inputs, &u).unwrap().flat()));
    let mut out = vec![f64::NAN; M::PARAMS];
    let along = Hvp::new(ROWS).product(&*net, &batch, &v, &mut out).unwrap();
    compare("loss", &[along.value()]);
    compare("slope", &[along.tangent()]);
    compare("hvp", &in_files(&out));
    GaussNewton::new(ROWS).product(&*net, &batch, &v, &mut out).unwrap();
    compare("gauss_newton", &in_files(&out));
    assert!(expected.is_empty(), "{heading}: {:?} are compared with nothing", expected.keys());
}

macro_rules! as_in_jax {
    ($($name:ident: $net:ident,)*) => {
        /// The sections that are compared.
        const NAMES: &[&str] = &[$(stringify!($name)),*];

        mod as_in_jax {
            $(
                #[test]
                fn $name() {
                    super::check::<super::networks::$net<f64>>(stringify!($name));
                }
            )*
        }
    };
}

as_in_jax! {
    fc_bias: FcBiasOf, tanh: TanhOf, sigmoid: SigmoidOf, relu: ReluOf, elu: EluOf, selu: SeluOf, gelu: GeluOf,
    gelu_tanh: GeluTanhOf, silu: SiluOf, softplus: SoftplusOf, mish: MishOf, softmax: SoftmaxOf, norm: NormOf,
    rms_norm: RmsNormOf, batch_norm: BatchNormOf, shortcut: ShortcutOf, concat: ConcatOf, repeat2: Repeat2Of,
    smoothed: SmoothedOf, weighted: WeightedOf, huber: HuberOf, gaussian_nll: GaussianNllOf,
}

#[test]
fn every_section_is_compared() {
    let headings = FIXTURE.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
    assert_eq!(headings.collect::<Vec<_>>(), NAMES);
}
