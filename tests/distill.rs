//! What the example `distill` says: a student at a fifth of the FLOPs keeps 97 % of its teacher's accuracy and more.

use quipu::prelude::*;
use quipu::prob::distil;
use quipu::train::evaluate;

network! { pub Teacher < fc(784, 256); relu; softmax_ce(10) > }
network! { pub Student < fc(784, 48); relu; softmax_ce(10) > }

const _: () = assert!(5 * Student::COST.infer_flops(1) <= Teacher::COST.infer_flops(1));
const _: () = assert!(5 * Student::COST.infer_flops(1_000) <= Teacher::COST.infer_flops(1_000));

#[test]
fn a_student_at_a_fifth_of_the_flops_keeps_97_percent_of_the_accuracy() {
    let (train, test) = quipu::data::digits().expect("the digits that the crate carries");
    // Less than the example trains, for a build without optimisation.
    let train = train.split(4_000).expect("8,000 rows").0;
    let trainer = || {
        let schedule = Schedule::cosine(10);
        Trainer::new(Adam::new(5e-3)).schedule(schedule).batch(128).epochs(6).seed(1)
    };
    let mut teacher = Teacher::init(1);
    trainer().fit(&mut teacher, &train, None).expect("a training that stays finite");
    let soft = distil(&teacher, &train, 3.0, 0.1).expect("digits that the teacher takes");
    let mut student = Student::init(1);
    trainer().fit(&mut student, &soft, None).expect("a training that stays finite");
    let teacher = evaluate(&teacher, &test, 200).expect("digits").accuracy;
    let student = evaluate(&student, &test, 200).expect("digits").accuracy;
    assert!(teacher > 0.93 && student >= 0.97 * teacher, "{student} beside {teacher}");
}
