//! A crate with the strictest lints that knows the runtime by another name only: that it compiles is the test.
#![deny(warnings, missing_docs)]
#![forbid(unsafe_code)]

net::network! {
    #[quipu(crate = ::net)]
    /// Documented.
    #[budget(params <= MOST)]
    pub Mlp < let d = 6; fc(4, d); batch_norm; gelu(tanh); residual { fc(d) } softmax_ce(6) >
}

const MOST: usize = 190;

#[test]
fn its_methods_work() {
    let net = Mlp::init(1);
    assert_eq!(net.params().len(), Mlp::PARAMS);
    assert_eq!(net.fold().params().len(), MlpFolded::PARAMS);
}
