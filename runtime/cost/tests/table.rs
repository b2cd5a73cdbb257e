//! Every row of the cost table in plain numbers, exact beside rounded, and the worked examples.

use quipu_cost::{Dtype, Mode, OptimizerKind, seed};
use quipu_cost::{elements, *};

/// The rules are usable where a type or a budget is decided: in constants.
const _: () = {
    assert!(tensor_elements(&[32, 3, 224, 224]) == 4_816_896);
    assert!(tensor_bytes(&[32, 3, 224, 224], Dtype::F32) == 19_267_584);
    assert!(tensor_bytes(&[32, 3, 224, 224], Dtype::F16) == 9_633_792);
    assert!(matmul(32, 784, 256) == 12_845_056);
    assert!(bias(32, 256) == 8_192);
    assert!(hessian_bytes(1_000_000, Dtype::F32) == 4_000_000_000_000);
    assert!(softmax(10) == 48 && seed::softmax(10) == 50);
    assert!(convergence_steps(100.0, 0.01) == 231 && convergence_steps(100.0, 1e-3) == 346);
    assert!(OptimizerKind::Momentum.nesterov().decay().clip().flops(10) == 60 + 20 + 33);
};

/// (name, what the rule gives, what the table says)
fn check(rows: &[(&str, u64, u64)]) {
    for (name, got, expected) in rows {
        assert_eq!(got, expected, "{name}");
    }
}

#[test]
fn worked_examples_of_the_text() {
    check(&[
        ("batch of images, elements", tensor_elements(&[32, 3, 224, 224]), 4_816_896),
        ("batch of images, f64", tensor_bytes(&[32, 3, 224, 224], Dtype::F64), 38_535_168),
        ("batch of images, f32", tensor_bytes(&[32, 3, 224, 224], Dtype::F32), 19_267_584),
        ("batch of images, f16", tensor_bytes(&[32, 3, 224, 224], Dtype::F16), 9_633_792),
        ("batch of images, bf16", tensor_bytes(&[32, 3, 224, 224], Dtype::Bf16), 9_633_792),
        ("batch of images, int8", tensor_bytes(&[32, 3, 224, 224], Dtype::I8), 4_816_896),
        ("a scalar has one element", tensor_elements(&[]), 1),
        ("an empty axis has none", tensor_elements(&[5, 0]), 0),
        ("layer, FLOPs", matmul(32, 784, 256), 12_845_056),
        ("layer, MACs", matmul_macs(32, 784, 256), 6_422_528),
        ("layer, bias", bias(32, 256), 8_192),
        ("layer, output", elements::matmul(32, 784, 256) * Dtype::F32.bytes(), 32_768),
        ("layer, output shape", tensor_bytes(&[32, 256], Dtype::F32), 32_768),
        ("Hessian of 10^6 parameters", hessian_bytes(1_000_000, Dtype::F32), 4_000_000_000_000),
        ("one triangle of it", hessian_symmetric_bytes(1_000_000, Dtype::F32), 2_000_002_000_000),
        (
            "ImageNet, unfused over fused",
            seed::softmax_backward_unfused(1_000) / cross_entropy_gradient(1_000),
            1_000,
        ),
        ("condition 100", seed::convergence_steps(100), 100),
    ]);
    assert_eq!(
        [Dtype::F64, Dtype::F32, Dtype::F16, Dtype::Bf16, Dtype::I8].map(Dtype::bytes),
        [8, 4, 2, 2, 1]
    );
    assert_eq!(format!("{:>5}|{:<5}|", Dtype::Bf16, Dtype::I8), " bf16|int8 |");
}

#[test]
fn section_1_linear_algebra() {
    check(&[
        ("dot", dot(7), 13),
        ("dot, rounded", seed::dot(7), 14),
        ("dot of one", dot(1), 1),
        ("dot, accumulating", dot_accumulate(7), 14),
        ("sum", sum(7), 6),
        ("sum of nothing", sum(0), 0),
        ("sum, accumulating", sum_accumulate(7), 7),
        ("mean", mean(7), 7),
        ("gradient_accumulation, 3 batches of 7", gradient_accumulation(7, 3), 49),
        ("weight_average", weight_average(7), 21),
        ("hadamard", hadamard(7), 7),
        ("hadamard, rounded", seed::hadamard(7), 7),
        ("outer", outer(3, 5), 15),
        ("outer, rounded", seed::outer(3, 5), 15),
        ("axpy", axpy(7), 14),
        ("add", add(7), 7),
        ("add, rounded", seed::add(7), 7),
        ("step of gradient descent, rounded", seed::sgd(7), 7),
        ("scale", scale(7), 7),
        ("scale, rounded", seed::scale(7), 7),
        ("matvec", matvec(3, 5), 30),
        ("matvec, rounded", seed::matvec(3, 5), 30),
        ("matmul", matmul(2, 3, 5), 60),
        ("matmul, rounded", seed::matmul(2, 3, 5), 60),
        ("matmul, MACs", matmul_macs(2, 3, 5), 30),
        ("transpose", transpose(3, 5), 0),
        ("transpose, rounded", seed::transpose(3, 5), 0),
        ("bias", bias(4, 5), 20),
        ("bias gradient", bias_gradient(4, 5), 20),
        ("bias, rounded", seed::bias(4, 5), 20),
        ("broadcast", broadcast(&[4, 5]), 20),
        ("bias saved", broadcast_saving(&[5], &[4, 5]), 4),
        ("channel saved", broadcast_saving(&[6], &[4, 6, 3, 2]), 4 * 3 * 2),
        ("scalar saved", broadcast_saving(&[], &[4, 5]), 20),
        ("nothing saved", broadcast_saving(&[0], &[4, 0]), 1),
        ("inverse, order", inverse(10), 1_000),
        ("eigen, order", eigen(10), 1_000),
        ("svd, order, square", svd(10, 10), 1_000),
        ("svd, order, wide", svd(3, 10), 90),
        ("svd, order, tall", svd(10, 3), 90),
        ("low rank, parameters", low_rank_params(784, 256, 16), 16_640),
        ("low rank, product", low_rank_matvec(784, 256, 16), 33_280),
    ]);
}

#[test]
fn section_1_norms() {
    check(&[
        ("L1", l1_norm(7), 13),
        ("L1, rounded", seed::l1_norm(7), 14),
        ("L2", l2_norm(7), 14),
        ("L2, rounded", seed::l2_norm(7), 15),
        ("Lp", lp_norm(7), 21),
        ("Lp, rounded", seed::lp_norm(7), 14),
        ("L-infinity", linf_norm(7), 13),
        ("L-infinity, rounded", seed::linf_norm(7), 14),
        ("Frobenius", frobenius_norm(3, 5), 30),
        ("Frobenius, rounded", seed::frobenius_norm(3, 5), 31),
        ("clip", clip(100), 303),
        ("clip of nothing", clip(0), 3),
        ("clip, rounded", seed::clip(100), 300),
        ("L1 penalty", l1_penalty(100), 201),
        ("L1 penalty, gradient", l1_penalty_gradient(100), 300),
        ("L2 penalty", l2_penalty(100), 201),
        ("L2 penalty, gradient", l2_penalty_gradient(100), 200),
        ("L2 penalty, gradient, rounded", seed::l2_penalty_gradient(100), 100),
        ("weight decay, rounded", seed::weight_decay(100), 100),
    ]);
}

#[test]
fn section_2_derivatives() {
    check(&[
        ("x^2", derivative_square(7), 7),
        ("e^x", derivative_exp(7), 0),
        ("e^x, rounded", seed::derivative_exp(7), 7),
        ("ln", derivative_ln(7), 7),
        ("sigmoid", derivative_sigmoid(7), 14),
        ("tanh", derivative_tanh(7), 14),
        ("relu", derivative_relu(7), 7),
        ("chain rule", chain_rule(7), 6),
        ("diagonal product", diagonal_jacobian_product(7), 7),
        ("full product", full_jacobian_product(7, 7), 2 * 49),
        ("full product, rounded", seed::full_jacobian_product(7, 7), 49),
        ("Jacobian, bytes", jacobian_bytes(3, 5, Dtype::F64), 120),
        ("Jacobian, forward mode", jacobian_forward_mode(5, 40), 200),
        ("Jacobian, reverse mode", jacobian_reverse_mode(3, 20, 50), 170),
        ("Jacobian, reverse mode, rounded", seed::jacobian_reverse_mode(3, 50), 150),
        ("Jacobian, cheaper mode", jacobian(3, 5, 40, 20, 50), 170),
        ("Jacobian, cheaper mode, tall", jacobian(50, 5, 40, 20, 50), 200),
        ("Jacobian, order", seed::jacobian(3, 5), 15),
        ("Hessian", hessian(5, 90), 450),
        ("Hessian, order", seed::hessian(5), 25),
        ("Hessian-vector product", hessian_vector_product(20, 50), 210),
        ("Hessian-vector product, order", seed::hessian_vector_product(5), 5),
        ("Hessian-vector product, extra passes", seed::hessian_vector_product_passes(20, 50), 70),
        ("backward, rounded", seed::backward_pass(20), 40),
        ("iteration", training_iteration(20, 50), 70),
        ("iteration, rounded", seed::training_iteration(20), 60),
    ]);
    assert_eq!(cheaper_mode(3, 5, 40, 20, 50), Mode::Reverse);
    assert_eq!(cheaper_mode(50, 5, 40, 20, 50), Mode::Forward);
    assert_eq!(seed::cheaper_mode(1, 1_000_000), Mode::Reverse);
    assert_eq!(seed::cheaper_mode(5, 5), Mode::Forward);
}

#[test]
fn section_3_probability_and_losses() {
    check(&[
        ("softmax", softmax(10), 48),
        ("softmax of one", softmax(1), 3),
        ("softmax, rounded", seed::softmax(10), 50),
        ("softmax backward", softmax_backward(10), 39),
        ("softmax Jacobian", softmax_jacobian(10), 120),
        ("softmax Jacobian, order", seed::softmax_jacobian(10), 100),
        ("softmax backward, unfused", softmax_backward_unfused(10), 320),
        ("softmax backward, unfused, order", seed::softmax_backward_unfused(10), 100),
        ("cross-entropy", cross_entropy(), 2),
        ("cross-entropy, rounded", seed::cross_entropy(), 2),
        ("cross-entropy, soft", soft_cross_entropy(10), 21),
        ("cross-entropy, soft, rounded", seed::soft_cross_entropy(10), 30),
        ("cross-entropy, smoothed", smoothed_cross_entropy(10), 14),
        ("fused gradient", cross_entropy_gradient(10), 10),
        ("fused gradient, rounded", seed::cross_entropy_gradient(10), 10),
        ("batch scale", batch_scale(10), 10),
        ("batch mean", batch_mean(32), 33),
        ("entropy", entropy(10), 30),
        ("entropy, rounded", seed::entropy(10), 30),
        ("KL", kl_divergence(10), 39),
        ("KL, rounded", seed::kl_divergence(10), 50),
        ("softmax at a temperature", tempered_softmax(10), 58),
        ("log-softmax", log_softmax(10), 49),
        ("log-likelihood of a class", categorical_log_likelihood(), 1),
        ("log-likelihood of a class, from logits", categorical_log_likelihood_of_logits(10), 40),
        ("log-likelihood of a yes or no", bernoulli_log_likelihood(), 6),
        ("log-likelihood of a yes or no, from its logit", bernoulli_log_likelihood_of_logit(), 9),
        ("log-likelihood of values", gaussian_log_likelihood(5), 16),
        ("bce", bce(5), 50),
        ("bce gradient", bce_gradient(5), 30),
        ("hinge", hinge(5), 20),
        ("hinge gradient", hinge_gradient(5), 10),
        ("huber", huber(5), 35),
        ("huber gradient", huber_gradient(5), 5),
        ("gaussian_nll", gaussian_nll(5), 40),
        ("gaussian_nll gradient", gaussian_nll_gradient(5), 15),
        ("gaussian_nll prediction", gaussian_nll_mean(5), 5),
        ("mse", mse(5), 15),
        ("mse gradient", mse_gradient(5), 5),
        ("weight of a class", class_weight(), 1),
    ]);
}

#[test]
fn activations_and_layers() {
    check(&[
        ("relu", relu(7), 7),
        ("relu backward", relu_backward(7), 7),
        ("sigmoid", sigmoid(7), 28),
        ("sigmoid backward", sigmoid_backward(7), 21),
        ("tanh", tanh(7), 7),
        ("tanh backward", tanh_backward(7), 21),
        ("gelu", gelu(7), 35),
        ("gelu backward", gelu_backward(7), 77),
        ("gelu, tanh form", gelu_tanh(7), 63),
        ("gelu, tanh form, backward", gelu_tanh_backward(7), 133),
        ("fc", fc(784, 256), 401_664),
        ("fc, input gradient", fc_input_gradient(784, 256), 401_408),
        ("fc, parameter gradient", fc_param_gradient(784, 256), 401_664),
        ("fc, backward", fc_backward(784, 256), 803_072),
        ("layer norm", layer_norm(10), 73),
        ("layer norm, input gradient", layer_norm_input_gradient(10), 80),
        ("layer norm, parameter gradient", layer_norm_param_gradient(10), 30),
        ("batch norm", batch_norm(10), 80),
        ("batch norm in evaluation", batch_norm_infer(10), 30),
        ("batch norm, sums", batch_norm_sums(10), 30),
        ("batch norm, input gradient", batch_norm_input_gradient(10), 40),
        ("batch norm, a forward pass", batch_norm_per_step(10).forward, 50),
        ("batch norm, a backward pass", batch_norm_per_step(10).backward, 80),
        ("batch norm, a pass in evaluation", batch_norm_per_step(10).infer, 30),
        ("batch norm, a pass back to the input", batch_norm_per_step(10).input_grad, 30),
        ("batch norm, a step", batch_norm_per_step(10).update, 20),
        ("batch norm folded", batch_norm_fold(7, 10), 140),
        ("dropout", dropout(7), 7),
        ("dropout backward", dropout_backward(7), 7),
        ("residual", residual(7), 7),
        ("one reader", fan_out(7, 1), 0),
        ("two readers", fan_out(7, 2), 7),
        ("three readers", fan_out(7, 3), 14),
    ]);
}

#[test]
fn memory_of_results() {
    check(&[
        ("dot", elements::dot(7), 1),
        ("hadamard", elements::hadamard(7), 7),
        ("outer", elements::outer(3, 5), 15),
        ("matvec", elements::matvec(3, 5), 3),
        ("matmul", elements::matmul(2, 3, 5), 10),
        ("transpose", elements::transpose(3, 5), 0),
        ("L2", elements::l2_norm(7), 1),
        ("Frobenius", elements::frobenius_norm(3, 5), 1),
        ("bias", elements::bias(4, 5), 5),
        ("softmax", elements::softmax(10), 10),
        ("softmax Jacobian", elements::softmax_jacobian(10), 100),
        ("cross-entropy", elements::cross_entropy(), 1),
        ("fused gradient", elements::cross_entropy_gradient(10), 10),
        ("entropy", elements::entropy(10), 1),
        ("KL", elements::kl_divergence(10), 1),
        ("Jacobian", elements::jacobian(3, 5), 15),
        ("Hessian", elements::hessian(5), 25),
        ("Hessian, symmetric", elements::hessian_symmetric(5), 15),
        ("Hessian-vector product", elements::hessian_vector_product(5), 5),
        ("forward", elements::forward_pass(30), 30),
        ("backward", elements::backward_pass(20, 30), 50),
        ("iteration", elements::training_iteration(20, 30), 70),
    ]);
}

#[test]
fn convergence_counts_the_steps_of_the_loop() {
    for condition in [1.0, 1.5, 2.0, 10.0, 100.0, 12_345.0] {
        for tolerance in [0.5, 1e-2, 1e-6] {
            let (mut error, mut steps) = (1.0, 0);
            while error > tolerance {
                error *= (condition - 1.0) / (condition + 1.0);
                steps += 1;
            }
            let got = convergence_steps(condition, tolerance);
            assert!(
                got.abs_diff(steps) <= 1,
                "condition {condition}, {tolerance}: {got}, the loop took {steps}"
            );
        }
    }
    // The worst that is accepted still ends, and near k/2 * ln(1 / tolerance).
    let worst = convergence_steps(1e15, 1e-300) as f64;
    assert!((worst / (0.5e15 * 300.0 * 10f64.ln()) - 1.0).abs() < 0.2, "{worst}");
    assert_eq!(convergence_flops(100.0, 0.01, 1_000), 231_000);
    assert_eq!(condition_number(50.0, 0.5), 100.0);
}

#[test]
fn roofline_is_the_slower_of_computing_and_moving() {
    assert_eq!(matmul_bytes_moved(2, 3, 5, Dtype::F32), (6 + 15 + 10) * 4);
    assert_eq!(arithmetic_intensity(60, 120), 0.5);
    assert_eq!(roofline_seconds(4_000_000_000, 1_000, 2.0, 10.0), 2.0);
    assert_eq!(roofline_seconds(1_000, 30_000_000_000, 2.0, 10.0), 3.0);
}
